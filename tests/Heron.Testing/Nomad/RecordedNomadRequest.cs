// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.Testing.Nomad;

/// <summary>A request that reached a <see cref="ScriptedNomad"/>.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Path">As sent, without the query, percent-encoding included.</param>
/// <param name="Query">Without the question mark; empty when there is none.</param>
/// <param name="Body">As sent; empty when there is none.</param>
/// <param name="Headers">By name, in any case.</param>
public sealed record RecordedNomadRequest(
    string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The body as JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    /// <summary>The registered job, when this request registers one.</summary>
    public JsonObject Job => Json["Job"]!.AsObject();

    /// <summary>Whether this request registers a job.</summary>
    public bool Registers => Method is "PUT" or "POST" && Path == "/v1/jobs";

    /// <summary>Whether this request deregisters a job.</summary>
    public bool Deregisters => Method == "DELETE" && Path.StartsWith("/v1/job/", StringComparison.Ordinal);
}
