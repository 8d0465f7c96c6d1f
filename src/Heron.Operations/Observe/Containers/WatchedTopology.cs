using Heron.Core.State;

namespace Heron.Operations.Observe.Containers;

/// <summary>What the board keeps of one topology: what it saw last, and what has changed since.</summary>
internal sealed class WatchedTopology(TopologySnapshot topology)
{
    private readonly Lock _gate = new();
    private HashSet<int> _changed = [];
    private bool _allChanged = true;

    /// <summary>One look at a time, so that an older answer never covers a newer one.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>As the state has it.</summary>
    public TopologySnapshot Topology { get; set; } = topology;

    /// <summary>What was seen last; null before the first look.</summary>
    public ContainerSight? Sight { get; set; }

    /// <summary>Whether something may have changed since the last look.</summary>
    public bool IsChanged
    {
        get
        {
            lock (_gate)
            {
                return _allChanged || _changed.Count > 0;
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

    /// <summary>What has changed since it was taken last: some containers, all (null), or nothing (empty).</summary>
    public IReadOnlySet<int>? TakeChanged()
    {
        lock (_gate)
        {
            var (changed, all) = (_changed, _allChanged);
            (_changed, _allChanged) = ([], false);
            return all ? null : changed;
        }
    }
}
