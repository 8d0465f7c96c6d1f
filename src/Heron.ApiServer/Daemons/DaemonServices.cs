// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Daemons.Calls;
using Heron.Daemons.Manager;
using Heron.Daemons.Shell;
using Heron.Daemons.Stats;

namespace Heron.ApiServer.Daemons;

/// <summary>Registers the clients of what runs inside containers.</summary>
internal static class DaemonServices
{
    /// <summary>Adds the services; state manager and scheduler come from elsewhere.</summary>
    public static IServiceCollection AddDaemons(this IServiceCollection services) => services
        .AddSingleton<DaemonTransport>()
        .AddSingleton<ContainerNodes>()
        .AddSingleton<IManagerPorts, ManagerPorts>()
        .AddSingleton<StatsClient>()
        .AddSingleton<HeronShellClient>()
        .AddSingleton<ITopologyStats, TopologyStats>()
        .AddSingleton<IContainerShells, ContainerShells>()
        .AddSingleton<ITopologyManager>(s => new TopologyManagerClient(
            s.GetRequiredService<DaemonTransport>(),
            s.GetRequiredService<IStateManager>(),
            s.GetRequiredService<ContainerNodes>(),
            s.GetRequiredService<TimeProvider>(),
            DaemonLimits.Change));
}
