// SPDX-License-Identifier: Apache-2.0
using Heron.Packages.Store;

namespace Heron.ApiServer.Routing;

/// <summary>Under which address a client reached a proxy in front of this server.</summary>
/// <param name="Base">Scheme, host, port and path, without a slash at its end.</param>
internal sealed record ForwardedAddress(string Base)
{
    /// <summary>What addresses in the answer to a request begin with.</summary>
    /// <param name="context">The request.</param>
    /// <param name="urls">What nodes are told. When the operator has chosen that, it holds here too.</param>
    public static string BaseOf(HttpContext context, ServerUrls urls) =>
        !urls.IsChosen && context.Features.Get<ForwardedAddress>() is { } forwarded ? forwarded.Base : urls.Base;
}
