// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>Builds a plan instance by instance, from nothing or from an earlier plan.</summary>
internal sealed class PackingPlanBuilder
{
    private readonly string _topologyId;
    private readonly PackingRequest _request;
    private readonly PackingRules _rules;
    private readonly PackingPlan? _existing;
    private readonly JavaHashMap<int, PackingContainer> _containers = new(JavaHashKeys.Number);
    private readonly SortedList<int, PackingContainer> _byId = [];
    private readonly NumberPool _taskIds = new();
    private readonly Dictionary<string, NumberPool> _componentIndexes = new(StringComparer.Ordinal);
    private readonly Dictionary<Resource, OpenContainers> _open = [];
    private RemovalQueue? _removal;
    private bool _isStarted;

    public PackingPlanBuilder(string topologyId, PackingRequest request, PackingRules rules, PackingPlan? existing)
    {
        _topologyId = topologyId;
        _request = request;
        _rules = rules;
        _existing = existing;
    }

    /// <summary>How many containers to fill. Empty ones are left out of the plan.</summary>
    public int ContainerCount { get; set; }

    private bool NeedsContainers => ContainerCount > _containers.Count;

    /// <summary>Adds an instance to one container, which is made when it is not there.</summary>
    /// <returns>Whether the rules allow it.</returns>
    public bool TryAdd(int containerId, string component)
    {
        MakeContainers();
        if (!_containers.TryGetValue(containerId, out var container))
        {
            container = MakeContainer(containerId);
        }

        return TryAdd(container, component);
    }

    /// <summary>Why <see cref="TryAdd(int, string)"/> refused.</summary>
    public string Explain(int containerId, string component) =>
        _rules.Explain(_containers[containerId], component, _request.ResourceOf(component));

    /// <summary>
    /// Adds an instance to the first container with room, from one id up and then around. Containers before
    /// <paramref name="firstId"/> rank as if their id were larger by <paramref name="turn"/>.
    /// </summary>
    /// <returns>The container's id, or null when none has room.</returns>
    public int? TryAddToFirst(int firstId, int turn, string component)
    {
        MakeContainers();
        return NeedsContainers ? AddOneByOne(firstId, turn, component) : AddSkipping(firstId, turn, component);
    }

    /// <summary>
    /// Removes an instance of a component: from a container with nothing else if there is one, then from the one with the
    /// fewest instances, then from the one with the largest share of this component, then from the highest id.
    /// </summary>
    /// <returns>The container's id.</returns>
    public int Remove(string component)
    {
        MakeContainers();
        if (_removal?.Component != component)
        {
            _removal = new RemovalQueue(component, _containers.Values);
        }

        var container = _removal.Take() ?? throw new HeronException(
            FaultKind.Invalid,
            $"Cannot remove instance. No more instances of component {component} exist in the containers.");
        var instance = container.RemoveOneOf(component);
        _removal.Return(container);
        _taskIds.Remove(instance.TaskId);
        _componentIndexes[component].Remove(instance.ComponentIndex);
        _open.Clear();
        return container.Id;
    }

    /// <summary>What the containers of the earlier plan take now, by their ids from 1 on; null when an id is missing.</summary>
    public IReadOnlyList<ResourceSum>? ExistingSums()
    {
        RequireStarted();
        var count = _existing?.Containers.Count ?? 0;
        return count == 0 || (_byId.Keys[0] == 1 && _byId.Keys[count - 1] == count)
            ? [.. _byId.Values.Take(count).Select(c => c.RunningSum)]
            : null;
    }

    /// <summary>The plan: all containers that are not empty, in the order of the Java server's map.</summary>
    public PackingPlan Build()
    {
        MakeContainers();
        return new PackingPlan(
            _topologyId, [.. _containers.Values.Where(c => c.Count > 0).Select(c => c.ToPlan())]);
    }

    private bool TryAdd(PackingContainer container, string component)
    {
        var resource = _request.ResourceOf(component);
        if (!_rules.Allow(container, resource))
        {
            return false;
        }

        var indexes = IndexesOf(component);
        Place(container, new InstancePlan(component, (_taskIds.Max ?? 0) + 1, (indexes.Max ?? -1) + 1, resource));
        return true;
    }

    private void Place(PackingContainer container, InstancePlan instance)
    {
        container.Add(instance);
        _taskIds.Add(instance.TaskId);
        IndexesOf(instance.ComponentName).Add(instance.ComponentIndex);
        _removal = null;
    }

    private NumberPool IndexesOf(string component)
    {
        if (!_componentIndexes.TryGetValue(component, out var indexes))
        {
            indexes = new NumberPool();
            _componentIndexes.Add(component, indexes);
        }

        return indexes;
    }

    // The reference makes missing containers a half at a time, each time it looks at them, and plans depend on it.
    private void MakeContainers()
    {
        RequireStarted();
        if (NeedsContainers)
        {
            var id = _byId.Count == 0 ? 1 : _byId.Keys[^1] + 1;
            for (var made = 0; made < ContainerCount - _containers.Count; made++)
            {
                MakeContainer(id++);
            }
        }
    }

    private void RequireStarted()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        if (_existing is null)
        {
            for (var id = 1; id <= ContainerCount; id++)
            {
                MakeContainer(id);
            }

            return;
        }

        foreach (var planned in _existing.Containers)
        {
            var container = MakeContainer(planned.Id);
            foreach (var instance in planned.Instances)
            {
                Place(container, instance);
            }
        }
    }

    private PackingContainer MakeContainer(int id)
    {
        var container = new PackingContainer(id, _request.ContainerCapacity, _request.Padding);
        _containers[id] = container;
        _byId[id] = container;
        if (_byId.Keys[^1] != id)
        {
            // Places have moved.
            _open.Clear();
        }

        return container;
    }

    // While containers are being made, every look at one of them makes more.
    private int? AddOneByOne(int firstId, int turn, string component)
    {
        foreach (var container in _containers.Values.OrderBy(c => Rank(c.Id, firstId, turn)).ToList())
        {
            MakeContainers();
            if (TryAdd(container, component))
            {
                return container.Id;
            }
        }

        return null;
    }

    // The same by merging the containers from firstId up with those before it, past all that have refused this size.
    private int? AddSkipping(int firstId, int turn, string component)
    {
        var resource = _request.ResourceOf(component);
        if (!_open.TryGetValue(resource, out var open))
        {
            open = new OpenContainers();
            _open.Add(resource, open);
        }

        var middle = PlaceOf(firstId);
        var (low, high) = (open.FirstFrom(0), open.FirstFrom(middle));
        while (low < middle || high < _byId.Count)
        {
            var takesLow = low < middle && (high >= _byId.Count || Precedes(low, high));
            var place = takesLow ? low : high;
            var container = _byId.Values[place];
            if (TryAdd(container, component))
            {
                return container.Id;
            }

            open.Close(place);
            low = open.FirstFrom(low);
            high = open.FirstFrom(high);
        }

        return null;

        bool Precedes(int lowPlace, int highPlace)
        {
            var (lowId, highId) = (_byId.Keys[lowPlace], _byId.Keys[highPlace]);
            var difference = Rank(lowId, firstId, turn) - Rank(highId, firstId, turn);
            return difference == 0 ? _containers.Keys.First(id => id == lowId || id == highId) == lowId : difference < 0;
        }
    }

    private static int Rank(int id, int firstId, int turn) => id >= firstId ? id - firstId : id + turn;

    // The place of the first container whose id is not below this one.
    private int PlaceOf(int id)
    {
        int from = 0, to = _byId.Count;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_byId.Keys[middle] < id)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return from;
    }
}
