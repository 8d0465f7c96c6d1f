using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>A packing plan and what it is to become.</summary>
/// <param name="Current">As stored now.</param>
/// <param name="Proposed">As it will be stored.</param>
public sealed record PlanChange(Proto.PackingPlan Current, Proto.PackingPlan Proposed)
{
    /// <summary>Ids of containers that only the new plan has, sorted.</summary>
    public IReadOnlyList<int> Added => Difference(Proposed, Current);

    /// <summary>Ids of containers that only the old plan has, sorted.</summary>
    public IReadOnlyList<int> Removed => Difference(Current, Proposed);

    private static List<int> Difference(Proto.PackingPlan of, Proto.PackingPlan without) =>
        [.. of.ContainerPlans.Select(c => c.Id).Except(without.ContainerPlans.Select(c => c.Id)).Order()];
}
