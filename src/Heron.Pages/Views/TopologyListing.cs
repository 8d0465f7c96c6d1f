// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>The list of topologies as one page shows it.</summary>
public sealed record TopologyListing
{
    /// <summary>What was asked for.</summary>
    public required ListQuery Query { get; init; }

    /// <summary>The lines of this page.</summary>
    public required IReadOnlyList<TopologyLine> Lines { get; init; }

    /// <summary>How many topologies the search finds, whatever their state.</summary>
    public required int Found { get; init; }

    /// <summary>How many there are at all.</summary>
    public required int Total { get; init; }

    /// <summary>How many the search finds in each state, by the state's word.</summary>
    public required IReadOnlyList<KeyValuePair<Condition, int>> States { get; init; }

    /// <summary>How many pages the lines fill.</summary>
    public required int Pages { get; init; }

    /// <summary>Why nothing can be listed, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Chooses, sorts and cuts.</summary>
    /// <param name="all">Every topology.</param>
    /// <param name="query">What is wanted.</param>
    public static TopologyListing Of(IReadOnlyCollection<TopologyLine> all, ListQuery query)
    {
        var words = query.Search.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = all.Where(line => words.All(word => Holds(line, word))).ToList();
        var states = found.GroupBy(l => l.Condition.Word)
            .OrderByDescending(g => g.First().Condition.Mood).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => KeyValuePair.Create(g.First().Condition, g.Count())).ToList();
        var chosen = Sorted(found.Where(l => query.State.Length == 0 || l.Condition.Word == query.State), query.Sort).ToList();
        var pages = Math.Max(1, (chosen.Count + ListQuery.PageSize - 1) / ListQuery.PageSize);
        var page = Math.Clamp(query.Page, 1, pages);
        return new TopologyListing
        {
            Query = query with { Page = page },
            Lines = [.. chosen.Skip((page - 1) * ListQuery.PageSize).Take(ListQuery.PageSize)],
            Found = found.Count,
            Total = all.Count,
            States = states,
            Pages = pages,
        };
    }

    private static IEnumerable<TopologyLine> Sorted(IEnumerable<TopologyLine> lines, string by) => by switch
    {
        "state" => lines.OrderByDescending(l => l.Condition.Mood).ThenBy(l => l.Name, StringComparer.OrdinalIgnoreCase),
        "owner" => lines.OrderBy(l => l.Owner, StringComparer.OrdinalIgnoreCase).ThenBy(l => l.Name, StringComparer.OrdinalIgnoreCase),
        "age" => lines.OrderByDescending(l => l.Submitted).ThenBy(l => l.Name, StringComparer.OrdinalIgnoreCase),
        _ => lines.OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase),
    };

    private static bool Holds(TopologyLine line, string word) =>
        new[] { line.Name, line.Owner, line.Role, line.Environment, line.Cluster }
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
