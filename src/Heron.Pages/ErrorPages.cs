// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Layout;
using Heron.Pages.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Heron.Pages;

/// <summary>Failures as a page, for people whose browser asked.</summary>
public static class ErrorPages
{
    /// <summary>
    /// Whether a request would rather have a page than JSON: it names <c>text/html</c> and gives it a higher place than
    /// <c>application/json</c>. Programs that take anything get JSON, as ever.
    /// </summary>
    public static bool IsWantedBy(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        _ = MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted);
        return Quality("text/html") > Quality("application/json");

        double Quality(string type) =>
            accepted?.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Max(a => (double?)(a.Quality ?? 1)) ?? 0;
    }

    /// <summary>Sends the page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="message">What is wrong, as a sentence.</param>
    public static Task SendAsync(HttpContext context, int status, string message) => PageAnswer.SendAsync<ErrorPage>(
        context,
        new()
        {
            [nameof(ErrorPage.Status)] = status,
            [nameof(ErrorPage.Message)] = message,
        },
        status);
}
