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

    // At containers and sizes, for a bound that is worth no more.
    private const long MostLooks = 4_000_000;

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
    /// what removals free is used up first, whether as one space or, of instances that are large for what is left in each, one by one.
    /// </summary>
    public int SurelyNeeded(
        PackingPlan current, IEnumerable<KeyValuePair<string, int>> additions, IEnumerable<KeyValuePair<string, int>> removals)
    {
        List<(Resource Resource, int Count)> joining = [.. additions.Select(a => (request.ResourceOf(a.Key), a.Value))];
        List<(Resource Resource, int Count)> leaving = [.. removals.Select(r => (LargestOf(current, r.Key), r.Value))];
        var rooms = current.Containers.Select(LeftIn).ToList();
        if (joining.Concat(leaving).Any(IsOdd))
        {
            return current.Containers.Count;
        }

        var more = Math.Max(Needed(joining, [.. rooms.Select(r => (r, 1)), .. leaving]), NeededByPlaces(joining, leaving, rooms));
        return (int)Math.Min((long)current.Containers.Count + more, int.MaxValue);
    }

    // Which instances leave is found out later, and a plan that was made with other settings has them of other sizes.
    private static Resource LargestOf(PackingPlan plan, string component) => plan.Containers
        .SelectMany(c => c.Instances)
        .Where(i => i.ComponentName == component)
        .Aggregate(Resource.None, (largest, i) => Resource.Max(largest, i.Resource));

    // A place is room for an instance. Small ones find some where large ones do not: so all that are large in one of the three ways
    // are looked at by themselves, for every size that there is. Of instances of one size this is just what they need.
    private int NeededByPlaces(
        List<(Resource Resource, int Count)> joining, List<(Resource Resource, int Count)> leaving, List<Resource> rooms)
    {
        var empty = new Resource(
            request.ContainerCapacity.Cpu - request.Padding.Cpu,
            new ByteAmount(request.ContainerCapacity.Ram.Bytes - request.Padding.Ram.Bytes),
            new ByteAmount(request.ContainerCapacity.Disk.Bytes - request.Padding.Disk.Bytes));
        var (most, looks) = (0L, 0L);
        foreach (var larger in joining.Select(j => j.Resource).Distinct().SelectMany<Resource, Func<Resource, bool>>(
            size => [r => r.Cpu >= size.Cpu, r => r.Ram.Bytes >= size.Ram.Bytes, r => r.Disk.Bytes >= size.Disk.Bytes]))
        {
            looks += joining.Count + rooms.Count;
            if (looks > MostLooks)
            {
                break;
            }

            var large = joining.Where(j => j.Count > 0 && larger(j.Resource)).ToList();
            if (large.Count == 0)
            {
                continue;
            }

            var least = new Resource(
                large.Min(l => l.Resource.Cpu), new ByteAmount(large.Min(l => l.Resource.Ram.Bytes)), new ByteAmount(large.Min(l => l.Resource.Disk.Bytes)));
            var ofEmpty = Places(empty, least);
            if (ofEmpty is 0 or long.MaxValue)
            {
                continue;
            }

            // What leaves makes room for no more than would be in as many pieces of its size, and one where pieces meet.
            var there = Int128.Zero;
            foreach (var room in rooms)
            {
                there += Places(room, least);
            }

            foreach (var (size, count) in leaving)
            {
                there += (Int128)Math.Max(count, 0) * MostMorePlaces(size, least);
            }

            var without = large.Sum(l => (long)l.Count) - there;
            most = Math.Max(most, without > 0 ? (long)((without + ofEmpty - 1) / ofEmpty) : 0);
        }

        return (int)Math.Min(most, int.MaxValue);
    }

    // For how many instances of that size there is room, or one too many where only an exact sum tells.
    private static long Places(Resource room, Resource size) => Math.Min(
        size.Cpu > 0 ? Floor((Math.Max(room.Cpu, 0) / size.Cpu * (1 + SumError)) + SumError) : long.MaxValue,
        Math.Min(
            size.Ram.Bytes > 0 ? Math.Max(room.Ram.Bytes, 0) / size.Ram.Bytes : long.MaxValue,
            size.Disk.Bytes > 0 ? Math.Max(room.Disk.Bytes, 0) / size.Disk.Bytes : long.MaxValue));

    private static long MostMorePlaces(Resource left, Resource size) => Math.Max(
        size.Cpu > 0 ? Floor((left.Cpu / size.Cpu * (1 + SumError)) + SumError) + 1 : 0,
        Math.Max(
            size.Ram.Bytes > 0 ? (left.Ram.Bytes / size.Ram.Bytes) + 1 : 0,
            size.Disk.Bytes > 0 ? (left.Disk.Bytes / size.Disk.Bytes) + 1 : 0));

    private static long Floor(double number) => number < int.MaxValue ? (long)number : int.MaxValue;

    private static bool IsOdd((Resource Resource, int Count) amount) =>
        amount.Count > 0 && !(amount.Resource.Cpu >= 0 && amount.Resource.Ram.Bytes >= 0 && amount.Resource.Disk.Bytes >= 0);

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
        if (instances.Concat(free).Any(IsOdd))
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

    /// <summary>The same for instances that join a plan.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the tries have become too many.</exception>
    public bool SurelyFails(RepackTrial trial, int containers)
    {
        var before = trial.Looks;
        var fails = trial.SurelyFails(containers);
        Spend(trial.Looks - before);
        return fails;
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
