namespace Heron.Core.Packing.Building;

/// <summary>
/// Tells cheaply that dealing out in turn to some number of containers will fail, so that a plan is built only for a
/// number that has a chance: there may be thousands of numbers to try.
/// </summary>
internal sealed class RoundRobinProbe(PackingRequest request, PackingRules rules)
{
    private readonly List<(Resource Resource, int Count)> _sequence =
        [.. request.Parallelism.Select(e => (request.ResourceOf(e.Key), e.Value))];

    private ResourceSum[] _used = [];

    /// <summary>Whether one of the components does not even fit into an empty container.</summary>
    public bool NeverFits(IEnumerable<string> components)
    {
        var empty = new PackingContainer(1, request.ContainerCapacity, request.Padding);
        return components.Any(c =>
            request.Parallelism.GetValueOrDefault(c, 1) > 0 && !rules.Allow(empty, request.ResourceOf(c)));
    }

    /// <summary>Whether so many containers are certainly too few. False may mean that only building tells.</summary>
    public bool SurelyFails(int containers)
    {
        if (containers < 1)
        {
            return false;
        }

        Array.Resize(ref _used, Math.Max(_used.Length, containers));
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
}
