// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Heron.ApiServer.Tracker;

/// <summary>The parameters of a request, read as a route declares them. Others that a client sends mean nothing.</summary>
internal sealed class TrackerParameters
{
    private readonly IQueryCollection _query;
    private readonly JsonArray _mistakes = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    /// <summary>Reads them, and notes everything that is wrong.</summary>
    public TrackerParameters(IReadOnlyList<TrackerParameter> declared, IQueryCollection query)
    {
        _query = query;
        foreach (var parameter in declared)
        {
            Read(parameter);
        }
    }

    /// <summary>What is wrong, in the stock tracker's words; null when nothing is.</summary>
    public JsonObject? Mistakes => _mistakes.Count == 0 ? null : new JsonObject { ["detail"] = _mistakes };

    /// <summary>A text that is required; of several the last counts.</summary>
    public string Text(string name) => Optional(name) ?? "";

    /// <summary>A text that may be missing.</summary>
    public string? Optional(string name) => _query.TryGetValue(name, out var values) ? values[^1] ?? "" : null;

    /// <summary>A whole number that is required.</summary>
    public long Number(string name) => _numbers[name];

    /// <summary>A whole number, or another where it is missing.</summary>
    public long Number(string name, long otherwise) => _numbers.GetValueOrDefault(name, otherwise);

    /// <summary>Texts that may be given any number of times.</summary>
    public IReadOnlyList<string> Many(string name) =>
        _query.TryGetValue(name, out var values) ? [.. values.Select(v => v ?? "")] : [];

    private void Read(TrackerParameter parameter)
    {
        if (Optional(parameter.Name) is not { } text)
        {
            if (parameter.IsRequired)
            {
                Note(parameter.Name, "field required", "value_error.missing");
            }
        }
        else if (parameter.Kind == TrackerParameterKind.Number)
        {
            if (long.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out var number))
            {
                _numbers[parameter.Name] = number;
            }
            else
            {
                Note(parameter.Name, "value is not a valid integer", "type_error.integer");
            }
        }
    }

    private void Note(string name, string message, string type) => _mistakes.Add((JsonNode)new JsonObject
    {
        ["loc"] = new JsonArray("query", name),
        ["msg"] = message,
        ["type"] = type,
    });
}
