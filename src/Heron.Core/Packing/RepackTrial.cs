// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>
/// Adds instances to the containers of a plan as <see cref="PackingPlanBuilder.TryAddToFirst"/> does, but only what they take, to
/// tell cheaply that some number of containers is too few.
/// </summary>
/// <param name="capacity">What a container may give in all.</param>
/// <param name="padding">What Heron's own processes take of that.</param>
/// <param name="before">What the containers of the plan take after removals, by their ids from 1 on without a gap.</param>
/// <param name="removed">How many instances were removed.</param>
/// <param name="joining">What joins, in order.</param>
internal sealed class RepackTrial(
    Resource capacity, Resource padding, IReadOnlyList<ResourceSum> before, int removed, IReadOnlyList<(Resource Resource, int Count)> joining)
{
    private ResourceSum[] _used = [];

    // How many of the containers are there, and how many are still to be made.
    private int _made;
    private int _missing;

    /// <summary>A trial of what a builder is to add to a plan that it has removed from; null when its containers are not numbered through.</summary>
    public static RepackTrial? Of(
        PackingPlanBuilder builder, PackingRequest request, IEnumerable<KeyValuePair<string, int>> removals, IEnumerable<KeyValuePair<string, int>> additions) =>
        builder.ExistingSums() is { } before
            ? new RepackTrial(
                request.ContainerCapacity, request.Padding, before, removals.Sum(r => r.Value), [.. additions.Select(a => (request.ResourceOf(a.Key), a.Value))])
            : null;

    /// <summary>How many looks at a container all trials took.</summary>
    public long Looks { get; private set; }

    /// <summary>Whether the instances certainly have no room. False may mean that only building tells.</summary>
    public bool SurelyFails(int containers)
    {
        if (_used.Length < containers)
        {
            _used = new ResourceSum[Math.Max(containers, _used.Length * 2)];
        }

        for (var i = 0; i < containers; i++)
        {
            _used[i] = i < before.Count ? before[i] : new ResourceSum(padding);
        }

        Looks += containers;
        (_made, _missing) = (before.Count, containers - before.Count);
        for (var i = 0; i < removed && _missing > 0; i++)
        {
            MakeHalf();
        }

        var open = new Dictionary<Resource, OpenContainers>();
        var first = 0;
        foreach (var (resource, count) in joining)
        {
            for (var i = 0; i < count; i++)
            {
                MakeHalf();
                var (place, isKnown) = _missing > 0 ? AddOneByOne(resource, first) : AddSkipping(resource, first, open);
                if (!isKnown)
                {
                    return false;
                }

                if (place < 0)
                {
                    return true;
                }

                first = place + 1 == containers ? 0 : place + 1;
            }
        }

        return false;
    }

    private void MakeHalf()
    {
        var half = (_missing + 1) / 2;
        (_made, _missing) = (_made + half, _missing - half);
    }

    private (int Place, bool IsKnown) AddOneByOne(Resource resource, int first)
    {
        var there = _made;
        for (var i = 0; i < there; i++)
        {
            MakeHalf();
            var place = (first + i) % there;
            if (Add(resource, place) is not false and var added)
            {
                return (place, added is true);
            }
        }

        return (-1, true);
    }

    // Past all that have refused this size; what has lost room never gets it back.
    private (int Place, bool IsKnown) AddSkipping(Resource resource, int first, Dictionary<Resource, OpenContainers> all)
    {
        if (!all.TryGetValue(resource, out var open))
        {
            open = new OpenContainers();
            all.Add(resource, open);
        }

        foreach (var (from, to) in new[] { (first, _made), (0, first) })
        {
            for (var place = open.FirstFrom(from); place < to; place = open.FirstFrom(place))
            {
                if (Add(resource, place) is not false and var added)
                {
                    return (place, added is true);
                }

                open.Close(place);
            }
        }

        return (-1, true);
    }

    private bool? Add(Resource resource, int place)
    {
        Looks++;
        var fits = _used[place].Fits(resource, capacity);
        if (fits == true)
        {
            _used[place].Add(resource);
        }

        return fits;
    }
}
