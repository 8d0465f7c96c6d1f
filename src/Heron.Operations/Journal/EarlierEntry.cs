// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.Operations.Journal;

/// <summary>
/// Entries as release 0.1.0 wrote them: a name, a time, and the intent itself as a string of JSON in the JSON
/// (<c>detail</c>), with the topology of an update spread over it.
/// </summary>
internal static class EarlierEntry
{
    private const string Detail = "detail";

    /// <summary>Whether an entry is of that form.</summary>
    public static bool IsOne(JsonObject entry) => entry.ContainsKey(Detail);

    /// <summary>The entry as it is written now; what is wrong in it stays wrong.</summary>
    /// <exception cref="DamagedIntentException">Its detail holds nothing.</exception>
    public static JsonObject Translate(JsonObject entry)
    {
        var kind = entry["kind"]?.GetValue<string>();
        var translated = JsonNode.Parse(entry[Detail]?.GetValue<string>() ?? "") as JsonObject
            ?? throw new DamagedIntentException("its detail is empty");
        translated["kind"] = kind;
        translated["begun"] = Take(entry, "begun");
        if (kind == UpdateIntent.KindName)
        {
            translated["topology"] = Nest(translated, "cluster", "role", "environment", "name", "id");
            translated["change"] = new JsonObject
            {
                ["current"] = Take(translated, "current_plan"),
                ["proposed"] = Take(translated, "proposed_plan"),
            };
        }
        else if (!translated.ContainsKey("topology"))
        {
            translated["topology_name"] = Take(entry, "topology_name");
        }

        return translated;
    }

    private static JsonObject Nest(JsonObject from, params ReadOnlySpan<string> names)
    {
        var nested = new JsonObject();
        foreach (var name in names)
        {
            if (from.ContainsKey(name))
            {
                nested[name] = Take(from, name);
            }
        }

        return nested;
    }

    private static JsonNode? Take(JsonObject from, string name)
    {
        var node = from[name];
        from.Remove(name);
        return node;
    }
}
