// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Routing;

/// <summary>The segments of a topology path as the client sent them, when one of them is empty.</summary>
/// <param name="Values">Cluster, role, environment, name.</param>
internal sealed record TopologyPathSegments(IReadOnlyList<string> Values)
{
    /// <summary>Cluster, role, environment, name.</summary>
    public const int Count = 4;
}
