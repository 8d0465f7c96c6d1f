// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Heron.Core.State;

/// <summary>
/// The memory of a view, for state managers to fill: they apply what they read, and say when they can no longer see changes. One
/// writer; any number of readers, who never wait for it.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="store">Names the store in messages, such as <c>ZooKeeper (zk1:2181)</c>.</param>
/// <param name="patience">How long a first look may wait for the store.</param>
public abstract class StateViewStore(TimeProvider time, string store, TimeSpan patience) : IStateView
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, TopologySnapshot> _byName = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private StateViewSnapshot? _current;
    private string _unread = "nothing was read yet";

    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>Names the store in messages.</summary>
    protected string StoreName => store;

    /// <inheritdoc/>
    public ValueTask<StateViewSnapshot> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _current) is { } current ? new(current) : new(FirstAsync(cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<StateViewSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StateViewSnapshot? last = null;
        while (true)
        {
            var (now, changed) = Look();
            if (now is not null && !ReferenceEquals(now, last))
            {
                last = now;
                yield return now;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public abstract Task CatchUpAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>Applies what was read, at once for every reader. With the first call the view is complete.</summary>
    /// <param name="changed">Topologies as they are now.</param>
    /// <param name="removed">Names of those that are gone.</param>
    /// <param name="live">Whether nothing is left to read, so that the view is up to date.</param>
    protected void Apply(IEnumerable<TopologySnapshot> changed, IEnumerable<string> removed, bool live)
    {
        lock (_gate)
        {
            bool differs = _current is null;
            foreach (string name in removed)
            {
                differs |= _byName.Remove(name);
            }

            foreach (var topology in changed)
            {
                if (!_byName.TryGetValue(topology.Name, out var known) || known != topology)
                {
                    _byName[topology.Name] = topology;
                    differs = true;
                }
            }

            var stale = live ? null : _current?.Stale;
            if (differs || stale != _current?.Stale)
            {
                Publish(new StateViewSnapshot(
                    (_current?.Version ?? 0) + (differs ? 1 : 0), differs ? [.. _byName.Values] : _current!.Topologies, stale));
            }
        }
    }

    /// <summary>From now on changes may be missed, until <see cref="Apply"/> says otherwise.</summary>
    /// <param name="reason">What keeps the view from the store.</param>
    protected void MarkStale(string reason)
    {
        lock (_gate)
        {
            if (_current is null)
            {
                _unread = reason;
            }
            else if (_current.Stale?.Reason != reason)
            {
                Publish(_current with { Stale = new Staleness(_current.Stale?.Since ?? time.GetUtcNow(), reason) });
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Publish(StateViewSnapshot next)
    {
        Volatile.Write(ref _current, next);
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }

    private (StateViewSnapshot? Now, Task Changed) Look()
    {
        lock (_gate)
        {
            return (_current, _changed.Task);
        }
    }

    private async Task<StateViewSnapshot> FirstAsync(CancellationToken cancellationToken)
    {
        var (now, changed) = Look();
        if (now is not null)
        {
            return now;
        }

        try
        {
            await changed.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return Look().Now!;
        }
        catch (TimeoutException e)
        {
            // A reason that names the store is a whole sentence, with what to do.
            throw new StateStoreAwayException(
                _unread.StartsWith(store, StringComparison.Ordinal)
                    ? _unread
                    : $"{store} has not told what there is within {patience.TotalSeconds:0.#} s: {_unread}",
                e);
        }
    }
}
