// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Heron.Core.Scheduling;

/// <summary>Hands changes of containers on to all who watch. One who reads too slowly is told that anything may have changed.</summary>
public sealed class ContainerChanges
{
    private const int MostWaiting = 1000;

    private static readonly ContainerChange Everything = new(null, null);

    private readonly ConcurrentDictionary<Watcher, bool> _watchers = new();

    /// <summary>Tells everybody.</summary>
    public void Tell(ContainerChange change)
    {
        foreach (var watcher in _watchers.Keys)
        {
            watcher.Tell(change);
        }
    }

    /// <summary>All changes from now on, after one of everything.</summary>
    public async IAsyncEnumerable<ContainerChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new Watcher();
        _watchers[watcher] = true;
        try
        {
            yield return Everything;
            await foreach (var change in watcher.Changes.ReadAllAsync(cancellationToken))
            {
                yield return watcher.Missed() ? Everything : change;
            }
        }
        finally
        {
            _watchers.TryRemove(watcher, out _);
        }
    }

    private sealed class Watcher
    {
        private readonly Channel<ContainerChange> _changes = Channel.CreateBounded<ContainerChange>(MostWaiting);
        private int _missed;

        public ChannelReader<ContainerChange> Changes => _changes.Reader;

        public void Tell(ContainerChange change)
        {
            if (!_changes.Writer.TryWrite(change))
            {
                Interlocked.Exchange(ref _missed, 1);
            }
        }

        public bool Missed() => Interlocked.Exchange(ref _missed, 0) == 1;
    }
}
