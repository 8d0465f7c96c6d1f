// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.History;

/// <summary>Which events are wanted. Null means any.</summary>
public sealed record EventQuery
{
    /// <summary>The most events of one answer.</summary>
    public const int MostEvents = 1000;

    /// <summary>Only of this topology, running or gone.</summary>
    public TopologyAddress? Topology { get; init; }

    /// <summary>Only of topologies of this name, wherever they ran.</summary>
    public string? Name { get; init; }

    /// <summary>Only of these kinds; empty for all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Only about this container.</summary>
    public int? Container { get; init; }

    /// <summary>Only what happened from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what was noted before the event with this id.</summary>
    public long? Before { get; init; }

    /// <summary>The most events wanted.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Which topologies whoever asks may see.</summary>
    public Func<TopologyAddress, bool>? Visible { get; init; }

    /// <summary>Whether an event is wanted.</summary>
    internal bool Takes(TopologyEvent happened) =>
        (Topology is null || Topology == happened.Place)
        && (Name is null || Name == happened.Topology)
        && (Kinds.Count == 0 || Kinds.Contains(happened.Kind))
        && (Container is null || Container == happened.Container)
        && (Since is null || happened.At >= Since)
        && (Before is null || happened.Id < Before)
        && (Visible is null || Visible(happened.Place));
}

/// <summary>Events, newest first.</summary>
/// <param name="Events">Those of this answer.</param>
public sealed record EventList(IReadOnlyList<TopologyEvent> Events)
{
    /// <summary>What <c>before</c> of the next, older part is; left out when there is none.</summary>
    public long? Next { get; init; }
}
