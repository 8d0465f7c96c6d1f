// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Operations.Describe;

namespace Heron.ApiServer.Topologies;

/// <summary>Reads the query of a request for the list of topologies.</summary>
internal static class ListParameters
{
    private static readonly string[] Known = ["cluster", "role", "environment", "name", "state", "sort", "limit", "after"];

    /// <summary>Reads it.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>, with what to change.</exception>
    public static TopologyQuery Read(IQueryCollection query)
    {
        RequireKnown(query, Known);
        var sort = Value(query, "sort");
        return new TopologyQuery
        {
            Cluster = Value(query, "cluster"),
            Role = Value(query, "role"),
            Environment = Value(query, "environment"),
            Name = Value(query, "name"),
            States = States(Value(query, "state")),
            Order = Order(sort?.TrimStart('-')),
            Descending = sort?.StartsWith('-') == true,
            Limit = Limit(Value(query, "limit")),
            After = Value(query, "after") is { Length: > 0 } after ? after : null,
        };
    }

    /// <summary>Refuses parameters that the route does not know, and those that are given twice.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>, naming the known ones.</exception>
    public static void RequireKnown(IQueryCollection query, params string[] known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw Wrong(
                    $"Unknown query parameter '{ShownText.Of(name)}': "
                    + (known.Length == 0 ? "there are none here" : $"there are {string.Join(", ", known)}"));
            }

            if (values.Count > 1)
            {
                throw Wrong($"Query parameter '{name}' is given {values.Count} times");
            }
        }
    }

    private static string? Value(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? (string?)values ?? "" : null;

    private static string[] States(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        string[] states = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(s => s.ToUpperInvariant())];
        return states.FirstOrDefault(s => !TopologyWords.States.Contains(s)) is { } unknown
            ? throw Wrong($"state '{ShownText.Of(unknown)}' is none: there are {string.Join(", ", TopologyWords.States)}")
            : states;
    }

    private static TopologyOrder Order(string? text)
    {
        string[] names = [.. Enum.GetNames<TopologyOrder>().Select(n => n.ToLowerInvariant())];
        return text is null ? TopologyOrder.Name
            : names.Contains(text) ? Enum.Parse<TopologyOrder>(text, ignoreCase: true)
            : throw Wrong(
                $"sort '{ShownText.Of(text)}' is none: there are {string.Join(", ", names)}, each with - before it for the other way round");
    }

    private static int? Limit(string? text) => text is null
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= TopologyQuery.LargestPage
            ? limit
            : throw Wrong($"limit must be a number from 1 to {TopologyQuery.LargestPage}, not '{ShownText.Of(text)}'");

    private static HeronException Wrong(string message) => new(FaultKind.BadRequest, message);
}
