// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Serving;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Pages.Reference;

/// <summary>The page that tells of the API.</summary>
internal static class ReferenceRoutes
{
    /// <summary>Adds the route.</summary>
    public static void MapReference(this IEndpointRouteBuilder routes) => routes.MapPage(
        PageUrls.Reference,
        context => PageAnswer.SendAsync<ReferencePage>(context, new()
        {
            [nameof(ReferencePage.Frame)] = context.RequestServices.GetRequiredService<PageFrame>(),
            [nameof(ReferencePage.Of)] = context.RequestServices.GetRequiredService<IApiReference>().Read(),
            [nameof(ReferencePage.Prefix)] = context.Request.PathBase.ToUriComponent(),
        }));
}
