// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Routing;

/// <summary>Routes that only read.</summary>
internal static class ReadRoutes
{
    /// <summary>
    /// The methods of a route that only reads: GET, and HEAD, which RFC 9110 wants of every server and load balancers ask with. For
    /// <c>MapMethods</c> itself: what binds a handler's parameters is generated where the framework's own method is called with it.
    /// </summary>
    public static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];
}
