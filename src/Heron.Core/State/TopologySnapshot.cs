// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.Core.State;

/// <summary>The nodes that tell about a topology, each below a directory of its own.</summary>
public enum StateNode
{
    /// <summary><c>topologies/NAME</c>: the definition; while it exists the topology counts as running.</summary>
    Definition,

    /// <summary><c>executionstate/NAME</c>: who submitted it, when, where.</summary>
    ExecutionState,

    /// <summary><c>packingplans/NAME</c>.</summary>
    PackingPlan,

    /// <summary><c>pplans/NAME</c>, written by the topology manager.</summary>
    PhysicalPlan,

    /// <summary><c>schedulers/NAME</c>.</summary>
    SchedulerLocation,

    /// <summary><c>tmanagers/NAME</c>, written by the topology manager.</summary>
    TManagerLocation,
}

/// <summary>What a store has under a node's name: nothing, bytes, or something that cannot be read as bytes.</summary>
/// <param name="Data">The bytes; null when there are none.</param>
/// <param name="Damage">Why there are none although the name is taken, in words; null when nothing is wrong.</param>
public readonly record struct NodeContent(byte[]? Data, string? Damage = null)
{
    /// <summary>No such node.</summary>
    public static NodeContent None => default;

    /// <summary>A node that is too large to be read.</summary>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="limit">The most that is read, in bytes.</param>
    public static NodeContent Huge(long size, long limit) => new(
        null, string.Create(CultureInfo.InvariantCulture, $"has {size} bytes, of which at most {limit} can be read"));
}

/// <summary>One node of a topology.</summary>
/// <typeparam name="T">The message that belongs there.</typeparam>
/// <param name="Value">The message; null when there is no node or it is damaged.</param>
/// <param name="Damage">What is wrong with the node, as the rest of a sentence that begins with its name; null when nothing is.</param>
public readonly record struct StatePart<T>(T? Value, string? Damage)
    where T : class
{
    /// <summary>Whether the store has the node, damaged or not.</summary>
    public bool Exists => Value is not null || Damage is not null;
}

/// <summary>A node that does not hold what belongs there.</summary>
/// <param name="Node">Which one.</param>
/// <param name="Reason">What is wrong, as the rest of a sentence that begins with the node's name.</param>
public sealed record DamagedNode(StateNode Node, string Reason);

/// <summary>
/// What the store has of one topology. A damaged node is a part of it and no error: the others still tell which topology this
/// is, and whoever looks can be told what is wrong.
/// </summary>
/// <param name="Name">The name under which the nodes are kept.</param>
public sealed record TopologySnapshot(string Name)
{
    private static readonly StateNode[] All = Enum.GetValues<StateNode>();

    /// <summary>Every node, in the order in which they are read.</summary>
    public static IReadOnlyList<StateNode> Nodes => All;

    /// <summary>The definition, without serialized objects.</summary>
    public StatePart<Topology> Definition { get; private init; }

    /// <summary>Who submitted it, when, where.</summary>
    public StatePart<ExecutionState> ExecutionState { get; private init; }

    /// <summary>The plan that its containers were made from.</summary>
    public StatePart<PackingPlan> PackingPlan { get; private init; }

    /// <summary>The plan that its manager works by.</summary>
    public StatePart<PhysicalPlan> PhysicalPlan { get; private init; }

    /// <summary>Where its scheduler shows it.</summary>
    public StatePart<SchedulerLocation> SchedulerLocation { get; private init; }

    /// <summary>Where its manager is reached.</summary>
    public StatePart<TManagerLocation> TManagerLocation { get; private init; }

    /// <summary>Whether <c>topologies/NAME</c> exists, readable or not: Heron's meaning of "running".</summary>
    public bool IsRegistered => Definition.Exists;

    /// <summary>Whether there is nothing at all.</summary>
    public bool IsEmpty => !Definition.Exists && !ExecutionState.Exists && !PackingPlan.Exists
        && !PhysicalPlan.Exists && !SchedulerLocation.Exists && !TManagerLocation.Exists;

    /// <summary>
    /// The topology's id, from the first of definition, execution state and packing plan that can be read; null when none can.
    /// </summary>
    public string? Id => Definition.Value?.Id ?? ExecutionState.Value?.TopologyId ?? PackingPlan.Value?.Id;

    /// <summary>
    /// What is wrong, and what is missing though a registration writes it always; in the order of <see cref="Nodes"/>.
    /// </summary>
    public IReadOnlyList<DamagedNode> Damages
    {
        get
        {
            List<DamagedNode>? found = null;
            Add(StateNode.Definition, Definition.Damage);
            Add(StateNode.ExecutionState, ExecutionState.Damage ?? (IsRegistered && !ExecutionState.Exists ? Missing : null));
            Add(StateNode.PackingPlan, PackingPlan.Damage ?? (IsRegistered && !PackingPlan.Exists ? Missing : null));
            Add(StateNode.PhysicalPlan, PhysicalPlan.Damage);
            Add(StateNode.SchedulerLocation, SchedulerLocation.Damage);
            Add(StateNode.TManagerLocation, TManagerLocation.Damage);
            return found ?? (IReadOnlyList<DamagedNode>)[];

            void Add(StateNode node, string? reason)
            {
                if (reason is not null)
                {
                    (found ??= []).Add(new DamagedNode(node, reason));
                }
            }
        }
    }

    private const string Missing = "is missing: an earlier submit or kill was cut off";

    /// <summary>The same with another content of one node.</summary>
    public TopologySnapshot With(StateNode node, NodeContent content) => node switch
    {
        StateNode.Definition => this with { Definition = Read(Topology.Parser, content, null) },
        StateNode.ExecutionState => this with { ExecutionState = Read(Protobuf.ExecutionState.Parser, content, m => m.TopologyName) },
        StateNode.PackingPlan => this with { PackingPlan = Read(Protobuf.PackingPlan.Parser, content, null) },
        StateNode.PhysicalPlan => this with { PhysicalPlan = Read(Protobuf.PhysicalPlan.Parser, content, null) },
        StateNode.SchedulerLocation => this with { SchedulerLocation = Read(Protobuf.SchedulerLocation.Parser, content, m => m.TopologyName) },
        StateNode.TManagerLocation => this with { TManagerLocation = Read(Protobuf.TManagerLocation.Parser, content, m => m.TopologyName) },
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "no such node"),
    };

    private StatePart<T> Read<T>(MessageParser<T> parser, NodeContent content, Func<T, string>? owner)
        where T : class, IMessage<T>
    {
        if (content.Data is not { } data)
        {
            return new StatePart<T>(null, content.Damage);
        }

        if (data.Length == 0)
        {
            return new StatePart<T>(null, "is empty");
        }

        if (!StateMessage.TryParse(parser, data, out var message, out string? damage))
        {
            return new StatePart<T>(null, damage);
        }

        // Whoever acts on such a node would act on another topology.
        return owner?.Invoke(message) is { } name && name != Name
            ? new StatePart<T>(null, $"is that of another topology, '{ShownText.Of(name)}'")
            : new StatePart<T>(message, null);
    }
}
