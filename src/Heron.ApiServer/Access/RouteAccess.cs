// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>What a route asks of its caller. A route that says nothing is for administrators.</summary>
/// <param name="Right">The right, for the topology that the path names, else for any; <see cref="Right.None"/> for everybody.</param>
/// <param name="Action">What is done, for the audit; null for what only looks.</param>
/// <param name="ForAll">Whether the right has to be for every topology: the route shows all of them, or names one where this cannot be seen.</param>
internal sealed record RouteAccess(Right Right, string? Action, bool ForAll = false)
{
    /// <summary>What holds for a route without a word.</summary>
    public static RouteAccess Default { get; } = new(Right.Admin, "unnamed", ForAll: true);

    /// <summary>Whether the path names a topology by its name alone, as those of pages do: whose it is stands in the state.</summary>
    public bool IsByName { get; init; }
}

/// <summary>Says what routes ask of their callers.</summary>
internal static class RouteAccessExtensions
{
    /// <summary>The caller needs a right.</summary>
    /// <param name="route">The route.</param>
    /// <param name="right">For the topology that the path names, else for any topology.</param>
    /// <param name="action">What is done, for the audit; null for what only looks.</param>
    public static TBuilder Needs<TBuilder>(this TBuilder route, Right right, string? action = null)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(right, action));

    /// <summary>The caller needs a right for every topology.</summary>
    public static TBuilder NeedsForAll<TBuilder>(this TBuilder route, Right right, string? action = null)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(right, action, ForAll: true));

    /// <summary>Everybody may call it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="action">What is done, for the audit; null for what only looks.</param>
    public static TBuilder IsOpen<TBuilder>(this TBuilder route, string? action = null)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(Right.None, action));
}
