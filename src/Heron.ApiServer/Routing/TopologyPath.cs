// SPDX-License-Identifier: Apache-2.0
using Heron.Operations;

namespace Heron.ApiServer.Routing;

/// <summary>
/// The topology that a path <c>/api/v1/topologies/{cluster}/{role}/{environment}/{name}</c> names. Endpoints take it as a
/// parameter; role and environment may be empty.
/// </summary>
/// <param name="Cluster">As in the path.</param>
/// <param name="Role">As in the path.</param>
/// <param name="Environment">As in the path; empty for the CLI's <c>cluster/role</c>.</param>
/// <param name="Name">As in the path.</param>
public sealed record TopologyPath(string Cluster, string Role, string Environment, string Name)
{
    /// <summary>The route pattern that binds to this type.</summary>
    public const string Pattern = "/api/v1/topologies/{cluster}/{role}/{environment}/{name}";

    /// <summary>What is said of a topology that is at another place than the path names; for descriptions of routes.</summary>
    internal const string ElsewhereExample =
        "cluster/role/environ does not match. Topology 'wordcount' is running at nomad/ads/prod, not nomad/ads/devel";

    /// <summary>As operations take it.</summary>
    public TopologyAddress Address => new(Cluster, Role, Environment, Name);

    /// <summary>The path as a URI reference.</summary>
    public string ToUri() => "/api/v1/topologies/" + string.Join(
        '/', new[] { Cluster, Role, Environment, Name }.Select(Uri.EscapeDataString));

    /// <summary>Reads the path of a request; called by ASP.NET for endpoint parameters of this type.</summary>
    public static ValueTask<TopologyPath?> BindAsync(HttpContext context) => new(Of(context));

    /// <summary>The topology that the path of a routed request names; null when its route names none.</summary>
    internal static TopologyPath? Of(HttpContext context)
    {
        var values = context.Request.RouteValues;
        if (!values.ContainsKey("cluster"))
        {
            return null;
        }

        return context.Features.Get<TopologyPathSegments>() is { } segments
            ? new TopologyPath(segments.Values[0], segments.Values[1], segments.Values[2], segments.Values[3])
            : new TopologyPath(Text("cluster"), Text("role"), Text("environment"), Text("name"));

        string Text(string key) => (string?)values[key] ?? string.Empty;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Cluster}/{Role}/{Environment}/{Name}";
}
