// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Local;

/// <summary>One operation at a time for each topology; what is kept about a topology goes with the last that wants its turn.</summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue> _queues = new(StringComparer.Ordinal);

    /// <summary>How many topologies there are operations on; for tests of memory bounds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _queues.Count;
            }
        }
    }

    /// <summary>Waits until no other operation has its turn.</summary>
    /// <returns>To be disposed when the operation is over.</returns>
    public async Task<IDisposable> TakeAsync(string topologyId, CancellationToken cancellationToken)
    {
        Queue queue;
        lock (_lock)
        {
            if (!_queues.TryGetValue(topologyId, out queue!))
            {
                _queues[topologyId] = queue = new Queue();
            }

            queue.Length++;
        }

        try
        {
            await queue.Gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(topologyId, queue);
            throw;
        }

        return new Turn(this, topologyId, queue);
    }

    private void Leave(string topologyId, Queue queue)
    {
        lock (_lock)
        {
            if (--queue.Length == 0)
            {
                _queues.Remove(topologyId);
                queue.Gate.Dispose();
            }
        }
    }

    private sealed class Queue
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Length { get; set; }
    }

    private sealed class Turn(Turns turns, string topologyId, Queue queue) : IDisposable
    {
        public void Dispose()
        {
            queue.Gate.Release();
            turns.Leave(topologyId, queue);
        }
    }
}
