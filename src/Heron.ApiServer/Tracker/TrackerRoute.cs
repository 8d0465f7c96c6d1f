// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.ApiServer.Access;

namespace Heron.ApiServer.Tracker;

/// <summary>A route of the tracker.</summary>
/// <param name="Path">Below the tracker's own.</param>
/// <param name="Parameters">In the order in which the stock tracker complains of them.</param>
/// <param name="Answer">Makes the answer; null when it has written it itself.</param>
internal sealed record TrackerRoute(
    string Path,
    IReadOnlyList<TrackerParameter> Parameters,
    Func<TrackerParameters, HttpContext, CancellationToken, Task<JsonNode?>> Answer)
{
    /// <summary>What its caller needs for all topologies.</summary>
    public Right Right { get; init; } = Right.Read;
}
