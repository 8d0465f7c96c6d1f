// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;
using Heron.Core;

namespace Heron.Operations.Describe;

/// <summary>What a list of topologies can be sorted by.</summary>
public enum TopologyOrder
{
    /// <summary>By name, in ordinal order.</summary>
    Name,

    /// <summary>By the time of submission.</summary>
    Submitted,

    /// <summary>By state.</summary>
    State,

    /// <summary>By cluster.</summary>
    Cluster,

    /// <summary>By role.</summary>
    Role,

    /// <summary>By environment.</summary>
    Environment,

    /// <summary>By who submitted it.</summary>
    User,
}

/// <summary>Which topologies are wanted, in which order, and which page of them. Null means any.</summary>
public sealed record TopologyQuery
{
    /// <summary>The most topologies of one page.</summary>
    public const int LargestPage = 1000;

    /// <summary>Only of this cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>Only of this role.</summary>
    public string? Role { get; init; }

    /// <summary>Only of this environment; empty is an environment too.</summary>
    public string? Environment { get; init; }

    /// <summary>Only with such a name: <c>*</c> stands for any characters, <c>?</c> for one; case does not matter.</summary>
    public string? Name { get; init; }

    /// <summary>Only in one of these states, of <see cref="TopologyWords.States"/>; empty means any.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>The order; what is equal in it is ordered by name.</summary>
    public TopologyOrder Order { get; init; }

    /// <summary>Whether the order is turned round.</summary>
    public bool Descending { get; init; }

    /// <summary>The most topologies wanted; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Only what comes after this, as <see cref="TopologyList.Next"/> of the page before says; null for the first page.</summary>
    public string? After { get; init; }

    /// <summary>
    /// Which topologies whoever asks may see; null for all. Of one whose execution state cannot be read, or that is lost and whose
    /// containers do not tell, only the name is known: it is asked about with empty cluster, role and environment.
    /// </summary>
    public Func<TopologyAddress, bool>? Visible { get; init; }

    /// <summary>The topologies of one page.</summary>
    /// <param name="all">All topologies, by name.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: <see cref="After"/> is none of ours.</exception>
    internal TopologyList Select(IReadOnlyList<TopologySummary> all)
    {
        var states = new Dictionary<string, int>(StringComparer.Ordinal);
        var found = new List<TopologySummary>();
        foreach (var topology in all.Where(Takes))
        {
            states[topology.State] = states.GetValueOrDefault(topology.State) + 1;
            if (States.Count == 0 || States.Contains(topology.State) || (topology.HeronState is { } word && word != topology.State
                && word != TopologyWords.Running && States.Contains(word)))
            {
                found.Add(topology);
            }
        }

        if (Order != TopologyOrder.Name || Descending)
        {
            found.Sort((a, b) => Compare(a, PositionOf(b)));
        }

        int first = After is null ? 0 : FirstAfter(found, TopologyPosition.Read(After));
        int count = Math.Min(Limit ?? int.MaxValue, found.Count - first);
        var page = found.GetRange(first, count);
        return new TopologyList(page, found.Count)
        {
            States = new SortedDictionary<string, int>(states, StringComparer.Ordinal),
            Next = first + count < found.Count && count > 0 ? PositionOf(page[^1]).ToString() : null,
        };
    }

    private bool Takes(TopologySummary topology)
    {
        if (Name is not null && !FileSystemName.MatchesSimpleExpression(Name, topology.Name, ignoreCase: true))
        {
            return false;
        }

        if (Visible is not null && !Visible(new TopologyAddress(topology.Cluster, topology.Role, topology.Environment, topology.Name)))
        {
            return false;
        }

        // Of one whose execution state cannot be read nobody knows where it belongs.
        return (Cluster is null && Role is null && Environment is null)
            || (topology.IsPlaced
                && (Cluster is null || Cluster == topology.Cluster)
                && (Role is null || Role == topology.Role)
                && (Environment is null || Environment == topology.Environment));
    }

    private int Compare(TopologySummary topology, TopologyPosition position)
    {
        int order = PositionOf(topology).CompareTo(position);
        return Descending ? -order : order;
    }

    private TopologyPosition PositionOf(TopologySummary topology) => TopologyPosition.Of(topology, Order);

    private int FirstAfter(List<TopologySummary> found, TopologyPosition position)
    {
        int low = 0;
        for (int high = found.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = Compare(found[middle], position) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
