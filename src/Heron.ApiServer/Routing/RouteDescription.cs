// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Routing;

/// <summary>What a route is, for the OpenAPI document and everything that is made from it.</summary>
/// <param name="Id">The operation's id, from which generators of clients make a method's name: <c>listTopologies</c>.</param>
/// <param name="Group">One of <see cref="RouteGroups"/>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Tell">Tells what it takes and answers. Called when the document is made, which a server that nobody asks never does.</param>
internal sealed record RouteDescription(string Id, string Group, string Summary, Action<RouteContract> Tell);

/// <summary>Why a route is not in the document.</summary>
/// <param name="Reason">In words.</param>
internal sealed record UndescribedRoute(string Reason);

/// <summary>The parts of the document, in the order in which it has them.</summary>
internal static class RouteGroups
{
    /// <summary>The server itself.</summary>
    public const string Server = "Server";

    /// <summary>Topologies as a whole.</summary>
    public const string Topologies = "Topologies";

    /// <summary>What runs inside them.</summary>
    public const string Inside = "Inside a topology";

    /// <summary>What has happened.</summary>
    public const string Events = "Events";

    /// <summary>Packages, and heron-core.</summary>
    public const string Files = "Files";

    /// <summary>What Heron's UI and explorer ask.</summary>
    public const string Tracker = "Tracker";

    /// <summary>All of them, each with a sentence.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> All { get; } =
    [
        new(Server, "The server itself: its version, its health, its figures, this document."),
        new(Topologies, "Submitting topologies, looking at them, changing and ending them."),
        new(Inside, "Plans, settings, metrics, logs and files of a running topology; docs/observe.md says what the numbers mean."),
        new(Events, "What has happened to topologies, running or gone."),
        new(Files, "Packages of topologies and heron-core, as nodes fetch them."),
        new(Tracker, "The routes of Heron's tracker, for heron-ui and heron-explorer."),
    ];
}

/// <summary>Says beside a route what it is.</summary>
internal static class RouteDescriptions
{
    /// <summary>Describes the route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="id">See <see cref="RouteDescription"/>.</param>
    /// <param name="group">See <see cref="RouteGroups"/>.</param>
    /// <param name="summary">What it does, in one line.</param>
    /// <param name="tell">Tells what it takes and answers.</param>
    public static TBuilder Described<TBuilder>(this TBuilder route, string id, string group, string summary, Action<RouteContract> tell)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteDescription(id, group, summary, tell));

    /// <summary>Leaves the route out of the document.</summary>
    public static TBuilder NotDescribed<TBuilder>(this TBuilder route, string reason)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new UndescribedRoute(reason));
}
