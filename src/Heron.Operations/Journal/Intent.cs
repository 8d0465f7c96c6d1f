// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using Heron.Core.Daemons;
using Heron.Core.Packages;
using Heron.Core.Topologies;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Journal;

/// <summary>What was begun and is not finished yet, with all that anybody needs to bring it to an end at any later time.</summary>
/// <param name="Topology">Whose operation; another topology of the same name is not meant.</param>
/// <param name="Begun">When.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SubmitIntent), SubmitIntent.KindName)]
[JsonDerivedType(typeof(KillIntent), KillIntent.KindName)]
[JsonDerivedType(typeof(UpdateIntent), UpdateIntent.KindName)]
public abstract record Intent(TopologyIdentity Topology, DateTimeOffset Begun)
{
    /// <summary>What was begun, as one word.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>Whether other operations on the topology wait until this is settled.</summary>
    [JsonIgnore]
    public virtual bool HoldsUpOthers => true;
}

/// <summary>An intent after which nothing of a topology is left, unless the operation comes to its end: a submission, or a kill.</summary>
public abstract record DeploymentIntent(TopologyIdentity Topology, DateTimeOffset Begun) : Intent(Topology, Begun)
{
    /// <summary>The topology's package, once it is known where it is.</summary>
    public PublishedPackage? Package { get; init; }

    /// <summary>The server process whose packages are meant, so that those of a rival submission stay; null for everybody's.</summary>
    [JsonIgnore]
    public abstract string? PublishedBy { get; }

    /// <summary>Whether there may be state of it.</summary>
    [JsonIgnore]
    public abstract bool MayBeRegistered { get; }

    /// <summary>Whether there may be containers of it.</summary>
    [JsonIgnore]
    public abstract bool MayRun { get; }
}

/// <summary>A begun submission. Its client got no answer, so it will send it again, and that must succeed.</summary>
/// <param name="Topology">Which.</param>
/// <param name="Begun">When.</param>
/// <param name="Instance">The server process that does it; tells its package from that of a rival submission.</param>
public sealed record SubmitIntent(TopologyIdentity Topology, DateTimeOffset Begun, string Instance)
    : DeploymentIntent(Topology, Begun)
{
    /// <summary>As the journal has it.</summary>
    internal const string KindName = "submit";

    /// <summary>Whether its state may be ours: set before the state is written.</summary>
    public bool Registered { get; init; }

    /// <summary>Whether containers may be running: set before the first one starts.</summary>
    public bool Scheduled { get; init; }

    /// <summary>Whether nobody knows how far it came: what was asked of the scheduler last may be carried out yet.</summary>
    [JsonIgnore]
    public bool IsInterrupted { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PublishedBy => Instance;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool MayBeRegistered => Registered;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool MayRun => Scheduled;
}

/// <summary>A begun kill: a topology without its containers is of no use to anybody.</summary>
/// <param name="Topology">Which.</param>
/// <param name="Begun">When.</param>
public sealed record KillIntent(TopologyIdentity Topology, DateTimeOffset Begun) : DeploymentIntent(Topology, Begun)
{
    /// <summary>As the journal has it.</summary>
    internal const string KindName = "kill";

    /// <summary>Whether the containers are known to be gone; the journal need not know, as stopping them again does no harm.</summary>
    [JsonIgnore]
    public bool IsStopped { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PublishedBy => null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool MayBeRegistered => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool MayRun => !IsStopped;
}

/// <summary>
/// A begun update. Whether it is to be finished or taken back follows from the packing plan that is stored: the old one means
/// back, the new one means forward.
/// </summary>
/// <param name="Topology">Whose.</param>
/// <param name="Begun">When.</param>
/// <param name="Change">The old and the new plan.</param>
/// <param name="RunsAfterwards">Whether the topology is to run when all is over; false for one that was paused.</param>
public sealed record UpdateIntent(TopologyIdentity Topology, DateTimeOffset Begun, PlanChange Change, bool RunsAfterwards)
    : Intent(Topology, Begun)
{
    /// <summary>As the journal has it.</summary>
    internal const string KindName = "update";

    /// <summary>
    /// Settings that the running topology was given. They are in its physical plan only, which a new packing plan ends.
    /// </summary>
    public IReadOnlyList<RuntimeSetting> RuntimeSettings { get; init; } = [];

    /// <summary>
    /// The topology manager that was seen to run before the new plan was stored, which it answers by ending; null when none was seen.
    /// </summary>
    public Heron.Core.State.DaemonRecord? Manager { get; init; }

    /// <summary>Who holds the state manager's lock for it; see <see cref="Heron.Core.State.IStateLock.Owner"/>.</summary>
    public string? LockOwner { get; init; }

    /// <summary>
    /// Whether it takes the place of an update whose plan is stored and did not come into force. Taken back, it leaves the topology to
    /// that one, which is in the journal beside it.
    /// </summary>
    public bool Continues { get; init; }

    /// <summary>Containers that such an earlier update was still to remove.</summary>
    public IReadOnlyList<int> LeftOver { get; init; } = [];

    /// <summary>Containers that go once the new plan is in force, sorted.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Removed =>
        [.. Change.Removed.Union(LeftOver).Except(Change.Proposed.ContainerPlans.Select(c => c.Id)).Order()];

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>A kill or a restart may be what a topology needs whose update does not come to an end.</summary>
    [JsonIgnore]
    public override bool HoldsUpOthers => false;

    /// <summary>Whether the stored plan is the one that the update started from.</summary>
    public bool IsBefore(Proto.PackingPlan? stored) => Change.Current.Equals(stored);

    /// <summary>Whether the stored plan is the one that the update asked for.</summary>
    public bool IsAfter(Proto.PackingPlan? stored) => Change.Proposed.Equals(stored);
}

/// <summary>An intent of a kind that this server does not know: a newer one wrote it. It stays in the journal for the next of that release.</summary>
internal sealed record UnknownIntent(TopologyIdentity Topology, DateTimeOffset Begun, string UnknownKind) : Intent(Topology, Begun)
{
    /// <inheritdoc/>
    public override string Kind => UnknownKind;
}
