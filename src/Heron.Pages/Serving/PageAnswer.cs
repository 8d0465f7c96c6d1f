// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Heron.Pages.Serving;

/// <summary>Answers a request with a rendered component.</summary>
internal static class PageAnswer
{
    /// <summary>The methods of a page.</summary>
    public static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    private const int TagBytes = 12;

    // Every page has one.
    private const string FrameParameter = "Frame";

    /// <summary>Adds the route of a page.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes, string pattern, RequestDelegate page) =>
        routes.MapMethods(pattern, GetAndHead, page);

    /// <summary>
    /// Renders a component and sends it. Its tag is made from its bytes, so that a page which asks whether something has
    /// changed costs a few hundred bytes when nothing has.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="parameters">The component's, but for the frame that every page has.</param>
    /// <param name="status">The status.</param>
    public static async Task SendAsync<TPage>(
        HttpContext context, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        parameters[FrameParameter] = context.RequestServices.GetRequiredService<PageFrame>() with
        {
            User = context.Features.Get<PageViewer>()?.User,
        };
        var html = await RenderAsync<TPage>(context.RequestServices, parameters);
        var bytes = Encoding.UTF8.GetBytes(OutsideAddress.Under(context.Request.PathBase, html));
        var response = context.Response;
        response.StatusCode = status;
        PageHeaders.AddTo(response.Headers);
        response.Headers.CacheControl = status == StatusCodes.Status200OK ? "private, no-cache" : "no-store";
        response.Headers.Vary = HeaderNames.Cookie;
        if (status == StatusCodes.Status200OK)
        {
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..TagBytes])}\"";
            response.Headers.ETag = tag;
            if (HasAlready(context.Request, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>Whether the client said that it has the answer with this tag.</summary>
    public static bool HasAlready(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(k => k.Tag == "*" || k.Tag == tag);

    [UnconditionalSuppressMessage("Trimming", "IL2091", Justification = "Of this program's own pages nothing is left out.")]
    private static async Task<string> RenderAsync<TPage>(IServiceProvider services, Dictionary<string, object?> parameters)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
