// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Heron.Pages.Serving;

/// <summary>Serves the assets.</summary>
internal static class AssetEndpoint
{
    /// <summary>Adds one route for each asset: any other address is not found, as is the address of an older content.</summary>
    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        foreach (var asset in AssetCatalog.All)
        {
            routes.MapMethods(asset.Url, PageAnswer.GetAndHead, context => SendAsync(context, asset));
        }
    }

    private static async Task SendAsync(HttpContext context, Asset asset)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        PageHeaders.AddTo(headers);
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        var packed = AcceptsBrotli(request);
        headers.ETag = packed ? $"\"{asset.Hash}-br\"" : $"\"{asset.Hash}\"";
        if (PageAnswer.HasAlready(request, headers.ETag.ToString()))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var bytes = packed ? asset.Brotli.Value : asset.Bytes;
        if (packed)
        {
            headers.ContentEncoding = "br";
        }

        response.ContentType = asset.MediaType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static bool AcceptsBrotli(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(c => c.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && c.Quality is null or > 0);
}
