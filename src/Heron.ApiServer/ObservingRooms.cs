// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Daemons;
using Heron.ApiServer.Observe;
using Heron.ApiServer.Tracker;

namespace Heron.ApiServer;

/// <summary>What looks into running topologies: the clients of their daemons, the API, the tracker.</summary>
internal static class ObservingRooms
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddObserving(this IServiceCollection services) => services.AddDaemons().AddTracker();

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapObserving(this IEndpointRouteBuilder routes) => routes.MapObserve().MapContainers().MapEvents().MapTracker();
}
