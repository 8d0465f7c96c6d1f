// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Encodings.Web;
using Heron.ApiServer.FormData;
using Heron.ApiServer.Routing;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>Logging in and out for people with a browser: a form, and a cookie that only requests of this server's own pages carry.</summary>
internal static class LoginPages
{
    /// <summary>Where the form is.</summary>
    public const string Path = "/login";

    private const string ForPeople = "a form for people; programs log in with every request";

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, string? next) => Form(context, StatusCodes.Status200OK, Local(context, next), "")).IsOpen().NotDescribed(ForPeople);
        routes.MapPost(Path, LogInAsync).IsOpen("login").NotDescribed(ForPeople);
        routes.MapPost("/logout", LogOut).IsOpen().NotDescribed(ForPeople);
        return routes;
    }

    /// <summary>The address of the form that leads back to a page.</summary>
    public static string For(HttpRequest request) =>
        $"{request.PathBase}{Path}?next={Uri.EscapeDataString(request.PathBase + request.Path + request.QueryString)}";

    private static async Task<IResult> LogInAsync(HttpContext context, Authenticator authenticator)
    {
        var form = await SmallForm.ReadAsync(context.Request, context.RequestAborted);
        var (name, next) = (form["user"].ToString(), Local(context, form["next"]));
        context.Features.Set(new AuditedAction("login", ClaimedUser: ShownText.Of(name)));
        try
        {
            var login = await authenticator.ByPasswordAsync(
                name, form["password"].ToString(), context.Connection.RemoteIpAddress ?? IPAddress.None, context.RequestAborted);
            context.Features.Set(login);
            context.Response.Cookies.Append(Sessions.CookieOf(context.Request), authenticator.BeginSession(login), Options(context));
            return Results.Redirect(next);
        }
        catch (BadHttpRequestException e)
        {
            if (e is TooManyTriesException tries)
            {
                context.Response.Headers.RetryAfter = tries.RetryAfter;
            }

            return Form(context, e.StatusCode, next, e.Message);
        }
    }

    private static IResult LogOut(HttpContext context, Sessions sessions)
    {
        var name = Sessions.CookieOf(context.Request);
        if (context.Request.Cookies[name] is { } cookie)
        {
            sessions.End(cookie);
            context.Response.Cookies.Delete(name, Options(context));
        }

        return Results.Redirect(context.Request.PathBase + Path);
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,

        // Below a prefix the rest of the site is somebody else's, who has no need of the cookie; or another cluster's, with one of its own.
        Path = context.Request.PathBase.HasValue ? context.Request.PathBase.ToUriComponent() : "/",
        MaxAge = Sessions.Lifetime,
        IsEssential = true,
    };

    // Never to another site. Browsers drop tabs and line ends from addresses, so that slashes meet that did not here.
    private static string Local(HttpContext context, string? next) =>
        next is { Length: > 0 } && next[0] == '/' && !next.StartsWith("//", StringComparison.Ordinal) && !next.Contains('\\', StringComparison.Ordinal) && next.All(c => c is > ' ' and < '\x7f')
            ? next
            : context.Request.PathBase + "/";

    private static IResult Form(HttpContext context, int status, string next, string problem)
    {
        var html = HtmlEncoder.Default;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
        var message = problem.Length == 0 ? "" : $"<p role=\"alert\">{html.Encode(problem)}</p>";
        return Results.Text(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in - heron-apiserver</title>
            <style>body{font:16px system-ui;max-width:22rem;margin:15vh auto;padding:0 1rem}label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}
            input,button{margin:.3rem 0 1rem;padding:.5rem}[role=alert]{color:#a00}</style>
            </head>
            <body>
            <h1>heron-apiserver</h1>
            {{message}}
            <form method="post" action="{{html.Encode(context.Request.PathBase + Path)}}">
            <input type="hidden" name="next" value="{{html.Encode(next)}}">
            <label>User <input name="user" autocomplete="username" required autofocus></label>
            <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
            <button>Log in</button>
            </form>
            </body>
            </html>
            """,
            "text/html",
            statusCode: status);
    }
}
