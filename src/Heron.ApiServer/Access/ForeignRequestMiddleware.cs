// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>
/// Refuses what a foreign web page makes a browser send: requests under a name that is not this server's, and changes from another origin.
/// Programs send neither header of a browser, and are not touched.
/// </summary>
internal sealed class ForeignRequestMiddleware(RequestDelegate next, HostNames names)
{
    private const string Site = "Sec-Fetch-Site";

    /// <summary>Runs the rest of the pipeline for requests of this server's own.</summary>
    /// <exception cref="BadHttpRequestException">421: another name; 403: another origin.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!await names.AllowsAsync(request.Host.Host))
        {
            throw new BadHttpRequestException(
                $"this server is not known by the name {ShownText.Of(request.Host.Host)}; when it is one of its names, its operator "
                    + "allows it with --allowed-hosts (or names it with --download-hostname)",
                StatusCodes.Status421MisdirectedRequest);
        }

        if (request.IsHttps)
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        }

        if (IsChange(request.Method) && IsForeign(request))
        {
            throw new BadHttpRequestException(
                "a page of another site sent this request; only pages of this server may change something here",
                StatusCodes.Status403Forbidden);
        }

        await next(context);
    }

    /// <summary>
    /// Refuses what a page of another site asks for with GET and that is more than a look: what runs beside an instance stops it for a while, or
    /// fills its node's disk. Runs behind routing.
    /// </summary>
    public static Task RefuseToolsAsync(HttpContext context, RequestDelegate next)
    {
        var access = context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>();
        return access is { Right: Right.Operate, IsByName: false } && IsForeign(context.Request)
            ? throw new BadHttpRequestException(
                "a page of another site sent this request; only pages of this server may do that here", StatusCodes.Status403Forbidden)
            : next(context);
    }

    /// <summary>Whether requests of a method may change something.</summary>
    public static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsTrace(method);

    /// <summary>Whether a browser has said where a request comes from.</summary>
    public static bool SaysOrigin(HttpRequest request) => request.Headers.Origin.ToString().Length > 0 || request.Headers[Site].ToString().Length > 0;

    // Browsers that know Sec-Fetch-Site say by it who asks; older ones send Origin with every change.
    private static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers[Site].ToString();
        if (site.Length > 0)
        {
            return site is not ("same-origin" or "none");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Authority.Equals(Authority(request, uri.Scheme), StringComparison.OrdinalIgnoreCase));
    }

    // With the scheme of the origin: a proxy in front may be the one that speaks TLS.
    private static string Authority(HttpRequest request, string originScheme) =>
        Uri.TryCreate($"{originScheme}://{request.Host}", UriKind.Absolute, out var own) ? own.Authority : "";
}
