// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>How round robin divides one resource of a container, RAM or CPU, among the container's instances.</summary>
/// <param name="Name"><c>RAM</c> or <c>CPU</c>, for messages.</param>
/// <param name="Zero">None of it.</param>
/// <param name="ByComponent">What the topology gives single components.</param>
/// <param name="Limit">What the topology gives a container, or null.</param>
/// <param name="Padding">What Heron's own processes take.</param>
/// <param name="InstanceDefault">What an instance takes when the topology does not say.</param>
/// <param name="ContainerDefault">
/// What a container has when there is no limit; null lets every instance that the topology does not mention take
/// the default instead of a share of what is left.
/// </param>
internal sealed record RoundRobinShare<T>(
    string Name,
    T Zero,
    IReadOnlyDictionary<string, T> ByComponent,
    T? Limit,
    T Padding,
    T InstanceDefault,
    T? ContainerDefault)
    where T : struct, IMeasure<T>
{
    /// <summary>What each instance of a container gets, in the order of the instances.</summary>
    /// <exception cref="HeronException">The container's limit is too small.</exception>
    public T[] Divide(int containerId, List<InstanceId> instances)
    {
        var shares = new T[instances.Count];
        var unspecified = new List<int>();
        var used = Zero;
        for (var i = 0; i < instances.Count; i++)
        {
            if (!ByComponent.TryGetValue(instances[i].ComponentName, out var share))
            {
                if (ContainerDefault is not null)
                {
                    unspecified.Add(i);
                    continue;
                }

                share = InstanceDefault;
            }

            shares[i] = share;
            used = T.Add(used, share);
        }

        var paddingFits = Limit is not { } limit || PaddingFits(containerId, used, limit);
        if (unspecified.Count > 0)
        {
            var container = Limit ?? ContainerDefault!.Value;
            var left = T.Subtract(paddingFits ? T.Subtract(container, Padding) : container, used);
            if (left.CompareTo(Zero) <= 0)
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"Invalid packing plan generated. No enough {Name} to allocate for unspecified instances");
            }

            var share = left.DividedBy(unspecified.Count);
            foreach (var i in unspecified)
            {
                shares[i] = share;
            }
        }

        return shares;
    }

    // Heron's own processes may be squeezed, the instances may not.
    private bool PaddingFits(int containerId, T used, T limit)
    {
        if (used.CompareTo(T.Subtract(limit, Padding)) <= 0)
        {
            return true;
        }

        if (used.CompareTo(limit) > 0)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"Invalid packing plan generated. Total instance {Name} ({used}) in container#{containerId} have "
                + $"exceeded the container-level constraint of {limit}.");
        }

        return false;
    }
}
