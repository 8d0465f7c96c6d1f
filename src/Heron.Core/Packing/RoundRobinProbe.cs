// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>
/// Tells cheaply that dealing out in turn to some number of containers will fail, so that a plan is built only for a
/// number that has a chance: there may be thousands of numbers to try. It also counts what all tries together cost, and ends them
/// when that is more than any sensible topology needs.
/// </summary>
internal sealed class RoundRobinProbe(PackingRequest request, PackingRules rules)
{
    private const double SumError = 1e-9;

    // One is a look at an instance, some 10 ns: about a second in all.
    private const long MostSteps = 40_000_000;

    // To place an instance in a plan costs that many times a look.
    private const int StepsOfPlacing = 50;

    private readonly List<(Resource Resource, int Count)> _sequence =
        [.. request.Parallelism.Select(e => (request.ResourceOf(e.Key), e.Value))];

    private ResourceSum[] _used = [];

    // What did not fit into n containers is the first suspect for n + 1.
    private int? _lastFailure;
    private long _steps;

    /// <summary>Counts that a whole plan is tried.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the tries have become too many.</exception>
    public void NoteTry() => Spend((long)Math.Max(request.InstanceCount, 1) * StepsOfPlacing);

    /// <summary>Whether one of the components does not even fit into an empty container.</summary>
    public bool NeverFits(IEnumerable<string> components)
    {
        var empty = new PackingContainer(1, request.ContainerCapacity, request.Padding);
        return components.Any(c =>
            request.Parallelism.GetValueOrDefault(c, 1) > 0 && !rules.Allow(empty, request.ResourceOf(c)));
    }

    /// <summary>
    /// A number of containers below which all instances together are certainly more than the containers hold, so that no lower
    /// number needs to be tried.
    /// </summary>
    public int SurelyNeeded() => Needed(_sequence, []);

    /// <summary>
    /// The same for instances that join a plan: how many containers it needs at least, when what its containers have left and
    /// what removals free is used up first.
    /// </summary>
    public int SurelyNeeded(
        PackingPlan current, IEnumerable<KeyValuePair<string, int>> additions, IEnumerable<KeyValuePair<string, int>> removals)
    {
        var free = current.Containers
            .Select(c => (Room: LeftIn(c), Count: 1))
            .Concat(removals.Select(r => (Room: request.ResourceOf(r.Key), Count: r.Value)));
        var more = Needed([.. additions.Select(a => (request.ResourceOf(a.Key), a.Value))], [.. free]);
        return (int)Math.Min((long)current.Containers.Count + more, int.MaxValue);
    }

    private Resource LeftIn(ContainerPlan container)
    {
        var room = request.ContainerCapacity;
        var padding = request.Padding;
        return new Resource(
            Math.Max(0, room.Cpu - padding.Cpu - container.Instances.Sum(i => i.Resource.Cpu)),
            Left(room.Ram.Bytes, padding.Ram.Bytes, i => i.Resource.Ram.Bytes),
            Left(room.Disk.Bytes, padding.Disk.Bytes, i => i.Resource.Disk.Bytes));

        ByteAmount Left(long of, long without, Func<InstancePlan, long> part)
        {
            var left = (Int128)of - without;
            foreach (var instance in container.Instances)
            {
                left -= part(instance);
            }

            return new ByteAmount((long)Int128.Clamp(left, 0, long.MaxValue));
        }
    }

    // How many containers of their own all of these need at least when they fill what is free first.
    private int Needed(List<(Resource Resource, int Count)> instances, List<(Resource Resource, int Count)> free)
    {
        var (capacity, padding) = (request.ContainerCapacity, request.Padding);
        if (instances.Concat(free).Any(s => s.Count > 0 && (s.Resource.Cpu < 0 || s.Resource.Ram.Bytes < 0 || s.Resource.Disk.Bytes < 0)))
        {
            return 0;
        }

        // CPU shares are floating-point numbers: a sum that is too large by more than their error is too large in any order.
        var (cpu, freeCpu) = (Cores(instances), Cores(free));
        var excess = cpu - freeCpu - ((cpu + freeCpu) * SumError);
        var needed = Math.Max(
            double.IsFinite(excess) && capacity.Cpu > padding.Cpu
                ? Math.Ceiling((excess / (capacity.Cpu - padding.Cpu)) * (1 - SumError)) : 0,
            Math.Max(
                Containers(s => s.Ram.Bytes, capacity.Ram.Bytes, padding.Ram.Bytes),
                Containers(s => s.Disk.Bytes, capacity.Disk.Bytes, padding.Disk.Bytes)));
        return (int)Math.Clamp(needed, 0, int.MaxValue);

        double Containers(Func<Resource, long> part, long of, long without)
        {
            var room = (Int128)of - without;
            var all = Bytes(instances, part) - Bytes(free, part);
            return room > 0 && all > 0 ? (double)((all + room - 1) / room) : 0;
        }
    }

    private static double Cores(List<(Resource Resource, int Count)> amounts) =>
        amounts.Sum(s => s.Resource.Cpu * Math.Max(s.Count, 0));

    private static Int128 Bytes(List<(Resource Resource, int Count)> amounts, Func<Resource, long> part)
    {
        var all = Int128.Zero;
        foreach (var (resource, count) in amounts)
        {
            all += (Int128)part(resource) * Math.Max(count, 0);
        }

        return all;
    }

    /// <summary>Whether so many containers are certainly too few. False may mean that only building tells.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the tries have become too many.</exception>
    public bool SurelyFails(int containers)
    {
        if (containers < 1)
        {
            return false;
        }

        Spend(_sequence.Count);
        if (_lastFailure is { } instance && SurelyFailsAt(instance, containers))
        {
            return true;
        }

        Spend(request.InstanceCount);

        if (_used.Length < containers)
        {
            // Nothing in it is kept, and with one more each time the garbage would be worse than the work.
            _used = new ResourceSum[Math.Max(containers, _used.Length * 2)];
        }

        var (at, dealt) = (0, 0);
        foreach (var (resource, count) in _sequence)
        {
            for (var i = 0; i < count; i++)
            {
                if (dealt++ < containers)
                {
                    _used[at] = new ResourceSum(request.Padding);
                }

                switch (_used[at].Fits(resource, request.ContainerCapacity))
                {
                    case false:
                        _lastFailure = dealt - 1;
                        return true;
                    case null:
                        return false;
                    default:
                        _used[at].Add(resource);
                        at = at + 1 == containers ? 0 : at + 1;
                        break;
                }
            }
        }

        return false;
    }

    private void Spend(long steps)
    {
        _steps += steps;
        if (_steps > MostSteps)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"ResourceCompliantRRPacking finds no number of containers for these {request.InstanceCount} instances within reason: they do not fit in the order "
                    + $"in which it deals them out. Begin with more containers (topology.stmgrs), give each more ({PackingSettings.ContainerCpuKey}, "
                    + $"{PackingSettings.ContainerRamKey}, {PackingSettings.ContainerDiskKey}), or use FirstFitDecreasingPacking");
        }
    }

    // Whether the container that gets this instance, counted from 0 in the order of dealing, is too small for it and those before it.
    private bool SurelyFailsAt(int instance, int containers)
    {
        var used = new ResourceSum(request.Padding);
        var (container, start) = (instance % containers, 0);
        foreach (var (resource, count) in _sequence)
        {
            var end = Math.Min(start + Math.Max(count, 0), instance);
            used.Add(resource, Dealt(end) - Dealt(start));
            if (instance < start + count)
            {
                return used.Fits(resource, request.ContainerCapacity) == false;
            }

            start = end;
        }

        return false;

        // How many of the first instances the container gets.
        int Dealt(int instances) => (instances - container + containers - 1) / containers;
    }
}
