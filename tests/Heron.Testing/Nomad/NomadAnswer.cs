// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.Testing.Nomad;

/// <summary>An answer as Nomad gives it: JSON, or plain text for errors.</summary>
internal sealed record NomadAnswer(int Status, string ContentType, string Body)
{
    public static NomadAnswer Json(JsonNode? node) => new(200, "application/json", node?.ToJsonString() ?? "null");

    public static NomadAnswer Text(int status, string text) => new(status, "text/plain; charset=utf-8", text);
}
