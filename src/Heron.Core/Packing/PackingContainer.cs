// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>A container that is being filled.</summary>
/// <param name="id">1 or more.</param>
/// <param name="capacity">What it may give in all.</param>
/// <param name="padding">What Heron's own processes take of that.</param>
internal sealed class PackingContainer(int id, Resource capacity, Resource padding)
{
    private readonly Dictionary<string, int> _countOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _searched = new(StringComparer.Ordinal);
    private readonly List<InstancePlan> _notInSet = [];
    private ResourceSum _used = new(padding);
    private JavaHashMap<InstancePlan, bool>? _set;

    public int Id => id;

    public Resource Capacity => capacity;

    public int Count { get; private set; }

    /// <summary>What instances and padding take, as far as <see cref="HasRoomFor"/> goes by it.</summary>
    public ResourceSum RunningSum => _used;

    /// <summary>The instances in the order of the Java server's hash set.</summary>
    public IEnumerable<InstancePlan> Instances => Set.Keys;

    /// <summary>What instances and padding take, summed in hash order: floating-point addition depends on it.</summary>
    public Resource Used => Instances.Aggregate(Resource.None, (sum, i) => sum + i.Resource) + padding;

    // Most containers are filled and never looked into before they are full, so the set is made late.
    private JavaHashMap<InstancePlan, bool> Set
    {
        get
        {
            _set ??= new JavaHashMap<InstancePlan, bool>(PlanHash.Instance);
            foreach (var instance in _notInSet)
            {
                _set.TryAdd(instance, true);
            }

            _notInSet.Clear();
            return _set;
        }
    }

    public int CountOf(string component) => _countOf.GetValueOrDefault(component);

    public bool HasRoomFor(Resource instance)
    {
        if (_used.Fits(instance, capacity) is { } fits)
        {
            return fits;
        }

        // Too close to call for a sum in another order.
        var after = Used + instance;
        return !(capacity.Cpu < after.Cpu) && !(capacity.Ram < after.Ram) && !(capacity.Disk < after.Disk);
    }

    public void Add(InstancePlan instance)
    {
        _notInSet.Add(instance);
        _searched.Clear();
        _used.Add(instance.Resource);
        _countOf[instance.ComponentName] = CountOf(instance.ComponentName) + 1;
        Count++;
    }

    /// <summary>Takes out the component's first instance in hash order; there must be one.</summary>
    public InstancePlan RemoveOneOf(string component)
    {
        // What a search has passed stays passed until something is added.
        var (instance, bucket) = Set.FirstFrom(_searched.GetValueOrDefault(component), i => i.ComponentName == component);
        _searched[component] = bucket;
        Set.Remove(instance);
        _used.Remove(instance.Resource);
        _countOf[component] = CountOf(component) - 1;
        Count--;
        return instance;
    }

    public ContainerPlan ToPlan()
    {
        var used = Used;
        return new ContainerPlan(id, [.. Instances], used with { Cpu = JavaNumber.Round(used.Cpu) });
    }
}
