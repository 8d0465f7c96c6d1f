// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Pages.Views;

/// <summary>What of the list is wanted, as the address of the page says it.</summary>
/// <param name="Search">Words that name, owner or place must hold.</param>
/// <param name="State">Only topologies in this state; empty for all.</param>
/// <param name="Sort">The column to sort by.</param>
/// <param name="Page">Counts from 1.</param>
public sealed record ListQuery(string Search, string State, string Sort, int Page)
{
    /// <summary>Lines on a page.</summary>
    public const int PageSize = 100;

    /// <summary>The columns that can be sorted by.</summary>
    public static IReadOnlyList<string> Sorts { get; } = ["name", "state", "owner", "age"];

    /// <summary>The address of the same list with something else wanted.</summary>
    public string Url(string? state = null, string? sort = null, int? page = null)
    {
        List<string> fields = [];
        Add("q", Search);
        Add("state", state ?? State);
        Add("sort", (sort ?? Sort) is var by && by == Sorts[0] ? "" : by);
        Add("page", (page ?? 1) is var number && number > 1 ? number.ToString(CultureInfo.InvariantCulture) : "");
        return fields.Count == 0 ? PageUrls.Topologies : $"{PageUrls.Topologies}?{string.Join('&', fields)}";

        void Add(string key, string value)
        {
            if (value.Length > 0)
            {
                fields.Add($"{key}={Uri.EscapeDataString(value)}");
            }
        }
    }
}
