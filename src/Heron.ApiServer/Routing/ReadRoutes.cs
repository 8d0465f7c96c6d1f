namespace Heron.ApiServer.Routing;

/// <summary>Routes that only read.</summary>
internal static class ReadRoutes
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds a route for GET, and for HEAD, which RFC 9110 wants of every server and load balancers ask with.</summary>
    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, GetAndHead, handler);
}
