// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>The containers that hold a component, in the order in which they lose an instance of it.</summary>
internal sealed class RemovalQueue
{
    private readonly PriorityQueue<PackingContainer, (int Mixed, int Count, int Foreign, int Id)> _queue = new();

    public RemovalQueue(string component, IEnumerable<PackingContainer> containers)
    {
        Component = component;
        foreach (var container in containers)
        {
            Return(container);
        }
    }

    public string Component { get; }

    public PackingContainer? Take() => _queue.TryDequeue(out var container, out _) ? container : null;

    /// <summary>Puts a container back at its new place, if it still holds the component.</summary>
    public void Return(PackingContainer container)
    {
        var count = container.CountOf(Component);
        if (count > 0)
        {
            // Shares count in thousandths, as in the reference.
            var share = (int)(1000 * ((double)count / container.Count));
            _queue.Enqueue(
                container, (count == container.Count ? 0 : 1, container.Count, -share, -container.Id));
        }
    }
}
