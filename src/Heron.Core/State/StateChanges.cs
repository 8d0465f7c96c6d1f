// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;

namespace Heron.Core.State;

/// <summary>
/// What a view has been told of and has not read yet, and who waits until it shows. Anybody may add; the view's loop takes all of it
/// for a pass.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class StateChanges(TimeProvider time)
{
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _gate = new();
    private readonly HashSet<(StateNode Node, string Name)> _nodes = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private bool _mayBeMore = true;

    /// <summary>Whether nothing is left to read.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _nodes.Count == 0 && !_mayBeMore;
            }
        }
    }

    /// <summary>A node has changed.</summary>
    public void Add(StateNode node, string name)
    {
        AddQuietly(node, name);
        Wake();
    }

    /// <summary>A node is to be read again with the next pass, whenever that is.</summary>
    public void AddQuietly(StateNode node, string name)
    {
        lock (_gate)
        {
            _nodes.Add((node, name));
        }
    }

    /// <summary>More may have changed than was told, topologies come and gone among it.</summary>
    public void AddUnknown()
    {
        lock (_gate)
        {
            _mayBeMore = true;
        }

        Wake();
    }

    /// <summary>Begins another pass.</summary>
    public void Wake() => _wakeUps.Writer.TryWrite(true);

    /// <summary>Ends when somebody has called <see cref="Wake"/> since the last time.</summary>
    public async Task WokenAsync(CancellationToken cancellationToken) =>
        await _wakeUps.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>All that there is, for one pass.</summary>
    public Batch Take()
    {
        lock (_gate)
        {
            var batch = new Batch([.. _nodes], _mayBeMore, [.. _waiting]);
            _nodes.Clear();
            _mayBeMore = false;
            return batch;
        }
    }

    /// <summary>Gives back what a pass took and could not show.</summary>
    /// <param name="batch">What it took.</param>
    /// <param name="mayBeMore">Whether it now may be more than that.</param>
    public void Return(Batch batch, bool mayBeMore)
    {
        lock (_gate)
        {
            _nodes.UnionWith(batch.Nodes);
            _mayBeMore |= mayBeMore;
        }
    }

    /// <summary>Ends when a pass that began after the call shows all of a topology.</summary>
    /// <param name="topologyName">Which topology.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public async Task UntilShownAsync(string topologyName, TimeSpan limit, CancellationToken cancellationToken)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _nodes.UnionWith(TopologySnapshot.Nodes.Select(node => (node, topologyName)));
            _waiting.Add(shown);
        }

        Wake();
        try
        {
            await shown.Task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(shown);
            }
        }
    }

    /// <summary>What one pass has to read.</summary>
    public sealed class Batch
    {
        private readonly List<TaskCompletionSource> _waiting;

        internal Batch(IReadOnlyList<(StateNode Node, string Name)> nodes, bool mayBeMore, List<TaskCompletionSource> waiting) =>
            (Nodes, MayBeMore, _waiting) = (nodes, mayBeMore, waiting);

        /// <summary>The nodes that have changed.</summary>
        public IReadOnlyList<(StateNode Node, string Name)> Nodes { get; }

        /// <summary>Whether more may have changed.</summary>
        public bool MayBeMore { get; }

        /// <summary>All of it shows now.</summary>
        public void Shows() => _waiting.ForEach(w => w.TrySetResult());
    }
}
