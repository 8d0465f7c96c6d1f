// SPDX-License-Identifier: Apache-2.0
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
        var text = path.Value.AsSpan();
        var at = 0;
        foreach (var segment in text.Split('/'))
        {
            // The first is what stands before the path's first slash: nothing.
            if (at > pattern.PathSegments.Count)
            {
                break;
            }

            if (at > 0 && pattern.PathSegments[at - 1].Parts is [RoutePatternLiteralPart literal]
                && !text[segment].Equals(literal.Content, StringComparison.Ordinal))
            {
                return false;
            }

            at++;
        }

        return true;
    }
}
