using Heron.Core.Daemons;
using Heron.Core.Topologies;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>
/// What a begun update needs to be finished or taken back by anybody, at any later time. Which of both it is to be
/// follows from the packing plan that is stored: the old one means back, the new one means forward.
/// </summary>
/// <param name="Topology">Whose update; another topology of the same name is not meant.</param>
/// <param name="Change">The old and the new plan.</param>
/// <param name="RunsAfterwards">Whether the topology is to run when all is over; false for one that was paused.</param>
/// <param name="Begun">When the request came.</param>
public sealed record UpdateIntent(TopologyIdentity Topology, PlanChange Change, bool RunsAfterwards, DateTimeOffset Begun)
{
    /// <summary>
    /// Settings that the running topology was given. They are in its physical plan only, which a new packing plan ends.
    /// </summary>
    public IReadOnlyList<RuntimeSetting> RuntimeSettings { get; init; } = [];

    /// <summary>Who holds the state manager's lock for it; see <see cref="Heron.Core.State.IStateLock.Owner"/>.</summary>
    public string? LockOwner { get; init; }

    /// <summary>Whether the stored plan is the one that the update started from.</summary>
    public bool IsBefore(Proto.PackingPlan? stored) => Change.Current.Equals(stored);

    /// <summary>Whether the stored plan is the one that the update asked for.</summary>
    public bool IsAfter(Proto.PackingPlan? stored) => Change.Proposed.Equals(stored);
}
