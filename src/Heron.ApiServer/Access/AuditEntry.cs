// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace Heron.ApiServer.Access;

/// <summary>A line of the audit: who did what to which topology from where, and what came of it.</summary>
internal sealed record AuditEntry
{
    /// <summary>When the request was answered, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The request's id, as in the log and in the answer's <c>X-Request-Id</c>.</summary>
    public required string Request { get; init; }

    /// <summary>Who proved to be whom; empty without login.</summary>
    public required string User { get; init; }

    /// <summary>By what: see <see cref="Login.Method"/>.</summary>
    public required string Login { get; init; }

    /// <summary>The address that the request came from.</summary>
    public required string Address { get; init; }

    /// <summary>What was asked: <c>submit</c>, <c>kill</c>, <c>login</c> and so on.</summary>
    public required string Action { get; init; }

    /// <summary><c>CLUSTER/ROLE/ENVIRONMENT/NAME</c>, or null when it is about none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Topology { get; init; }

    /// <summary>The status of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>Why it was refused or failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The SHA-256 of the line before, the line end not included; of nothing for the very first line.</summary>
    public required string Previous { get; init; }
}

/// <summary>JSON of the audit.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
