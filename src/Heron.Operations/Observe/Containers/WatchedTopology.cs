// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;

namespace Heron.Operations.Observe.Containers;

/// <summary>What the board keeps of one topology: what it saw last, and what has changed since.</summary>
#pragma warning disable CA1001 // A semaphore of which nobody takes the wait handle has nothing to release.
internal sealed class WatchedTopology(TopologySnapshot topology)
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private HashSet<int> _changed = [];
    private bool _allChanged = true;
    private bool _isLooking;

    /// <summary>One look at a time, so that an older answer never covers a newer one.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>As the state has it.</summary>
    public TopologySnapshot Topology { get; set; } = topology;

    /// <summary>What was seen last; null before the first look.</summary>
    public ContainerSight? Sight { get; set; }

    /// <summary>When what is on its way or ill is to be looked at again although nothing is told of it.</summary>
    public DateTimeOffset LookAgainAt { get; private set; }

    /// <summary>Whether something may have changed since the last look that has ended.</summary>
    public bool IsChanged
    {
        get
        {
            lock (_gate)
            {
                return _allChanged || _changed.Count > 0 || _isLooking;
            }
        }
    }

    /// <summary>Notes that containers may have changed; null for all of them.</summary>
    public void Mark(int? container)
    {
        lock (_gate)
        {
            if (container is { } id)
            {
                _changed.Add(id);
            }
            else
            {
                _allChanged = true;
            }
        }
    }

    /// <summary>Begins a look.</summary>
    /// <returns>What has changed since the look before: some containers, all (null), or nothing (empty).</returns>
    public IReadOnlySet<int>? BeginLook()
    {
        lock (_gate)
        {
            var (changed, all) = (_changed, _allChanged);
            (_changed, _allChanged, _isLooking) = ([], false, true);
            return all ? null : changed;
        }
    }

    /// <summary>Ends a look.</summary>
    /// <param name="again">When to look again at what is on its way or ill.</param>
    public void EndLook(DateTimeOffset again)
    {
        lock (_gate)
        {
            _isLooking = false;
            LookAgainAt = again;
        }
    }
}
