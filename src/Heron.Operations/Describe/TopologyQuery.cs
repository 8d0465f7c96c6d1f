// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.IO.Enumeration;
using System.Text;
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
            found.Sort(Compare);
        }

        int first = After is null ? 0 : FirstAfter(found, Position.Read(After));
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

    // As positions compare, without making them.
    private int Compare(TopologySummary a, TopologySummary b)
    {
        int order = Order switch
        {
            TopologyOrder.Submitted => a.Submitted.CompareTo(b.Submitted),
            TopologyOrder.State => string.CompareOrdinal(a.State, b.State),
            TopologyOrder.Cluster => string.CompareOrdinal(a.Cluster, b.Cluster),
            TopologyOrder.Role => string.CompareOrdinal(a.Role, b.Role),
            TopologyOrder.Environment => string.CompareOrdinal(a.Environment, b.Environment),
            TopologyOrder.User => string.CompareOrdinal(a.User, b.User),
            _ => 0,
        };
        order = order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
        if (order == 0)
        {
            // A lost one may have the name of another.
            order = (a.State == TopologyWords.Lost, b.State == TopologyWords.Lost) switch
            {
                (true, true) => string.CompareOrdinal(a.Id, b.Id),
                (var first, var second) => first.CompareTo(second),
            };
        }

        return Descending ? -order : order;
    }

    private int FirstAfter(List<TopologySummary> found, Position position)
    {
        int low = 0;
        for (int high = found.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = PositionOf(found[middle]).CompareTo(position, Descending) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Position PositionOf(TopologySummary topology)
    {
        string key = Order switch
        {
            TopologyOrder.Name => string.Empty,

            // As many digits each time, so that the text sorts as the number does.
            TopologyOrder.Submitted => topology.Submitted.ToString("d20", System.Globalization.CultureInfo.InvariantCulture),
            TopologyOrder.State => topology.State,
            TopologyOrder.Cluster => topology.Cluster,
            TopologyOrder.Role => topology.Role,
            TopologyOrder.Environment => topology.Environment,
            TopologyOrder.User => topology.User,
            _ => throw new InvalidOperationException($"no such order: {Order}"),
        };

        // A lost one may have the name of another.
        return new Position(key, topology.State == TopologyWords.Lost ? $"{topology.Name}\u0001{topology.Id}" : topology.Name);
    }

    /// <summary>A place in the order, also of a topology that is gone by now.</summary>
    private readonly record struct Position(string Key, string Name)
    {
        public static Position Read(string text)
        {
            try
            {
                if (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\0') is [var key, var name])
                {
                    return new Position(key, name);
                }
            }
            catch (FormatException)
            {
                // Told below.
            }

            throw new HeronException(FaultKind.BadRequest, "after is not the next of an earlier page");
        }

        public int CompareTo(Position other, bool descending)
        {
            int order = string.CompareOrdinal(Key, other.Key);
            order = order != 0 ? order : string.CompareOrdinal(Name, other.Name);
            return descending ? -order : order;
        }

        public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Key}\0{Name}"));
    }
}
