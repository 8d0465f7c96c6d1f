// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Serving;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Routing;

namespace Heron.Pages.Submit;

/// <summary>The page to submit from.</summary>
internal static class SubmitRoutes
{
    /// <summary>Adds the route.</summary>
    public static void MapSubmit(this IEndpointRouteBuilder routes) =>
        routes.MapPage(PageUrls.Submit, context => PageAnswer.SendAsync<SubmitPage>(context, []));
}
