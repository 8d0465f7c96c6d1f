using Microsoft.AspNetCore.Routing.Patterns;

namespace Heron.ApiServer.Routing;

/// <summary>
/// ASP.NET routing takes <c>/API/V1/Version</c> for <c>/api/v1/version</c>; the Java server does not, and a file named
/// <c>CORE</c> is not <c>core</c>. Runs after routing and drops an endpoint whose literal segments differ in case.
/// </summary>
internal sealed class CaseSensitivePathMiddleware(RequestDelegate next)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint && !Matches(endpoint.RoutePattern, context.Request.Path))
        {
            context.SetEndpoint(null);
        }

        return next(context);
    }

    private static bool Matches(RoutePattern pattern, PathString path)
    {
        var segments = (path.Value ?? string.Empty).Split('/')[1..];
        for (var i = 0; i < pattern.PathSegments.Count && i < segments.Length; i++)
        {
            if (pattern.PathSegments[i].Parts is [RoutePatternLiteralPart literal]
                && !string.Equals(literal.Content, segments[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
