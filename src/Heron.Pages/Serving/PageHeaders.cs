// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace Heron.Pages.Serving;

/// <summary>The headers that keep a page to itself.</summary>
internal static class PageHeaders
{
    /// <summary>
    /// Nothing runs, loads or is sent anywhere but this server's own files and routes: a name or log line that reached the
    /// page as markup would still be inert.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds them.</summary>
    public static void AddTo(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
