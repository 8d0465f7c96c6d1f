// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Heron.ApiServer.Tracker;

/// <summary>Says what the tracker's routes are, to programs and to people.</summary>
internal static class TrackerDocument
{
    /// <summary>The routes as OpenAPI.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="root">Where the tracker is, as whoever asks sees it.</param>
    public static JsonObject Of(IReadOnlyList<TrackerRoute> routes, string root) => new()
    {
        ["openapi"] = "3.0.2",
        ["info"] = new JsonObject { ["title"] = "Heron Tracker", ["version"] = "1.0.0" },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = root }),
        ["paths"] = new JsonObject(routes.Select(r => KeyValuePair.Create<string, JsonNode?>(
            r.Path,
            new JsonObject
            {
                ["get"] = new JsonObject
                {
                    ["parameters"] = new JsonArray([.. r.Parameters.Select(Parameter)]),
                    ["responses"] = new JsonObject
                    {
                        ["200"] = new JsonObject { ["description"] = "what was asked for" },
                        ["422"] = new JsonObject { ["description"] = "a parameter is missing or no number" },
                        ["500"] = new JsonObject { ["description"] = "a text that begins with 'request failed: '" },
                    },
                },
            }))),
    };

    /// <summary>The routes as a page.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static string Page(IReadOnlyList<TrackerRoute> routes, string root)
    {
        root = WebUtility.HtmlEncode(root);
        var page = new StringBuilder(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Heron Tracker</title></head><body>"
            + "<h1>Heron Tracker</h1><p>What Heron's UI and explorer ask. The same for programs: "
            + $"<a href=\"{root}/openapi.json\">openapi.json</a>. What the UI of 0.17 asks is below <code>{root}{EarlierTracker.Below}</code>.</p><ul>");
        foreach (var route in routes)
        {
            page.Append("<li><code>").Append(root + WebUtility.HtmlEncode(route.Path)).Append("</code> ")
                .AppendJoin(", ", route.Parameters.Select(p => p.IsRequired ? $"<b>{p.Name}</b>" : p.Name)).Append("</li>");
        }

        return page.Append("</ul></body></html>").ToString();
    }

    private static JsonObject Parameter(TrackerParameter parameter) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = "query",
        ["required"] = parameter.IsRequired,
        ["schema"] = parameter.Kind switch
        {
            TrackerParameterKind.Number => new JsonObject { ["type"] = "integer" },
            TrackerParameterKind.Many => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            _ => new JsonObject { ["type"] = "string" },
        },
    };
}
