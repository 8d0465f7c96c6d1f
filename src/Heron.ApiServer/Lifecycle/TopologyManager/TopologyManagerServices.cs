using Heron.Core.Daemons;
using Heron.Core.State;

namespace Heron.ApiServer.Lifecycle.TopologyManager;

/// <summary>Registers the clients of topology managers.</summary>
internal static class TopologyManagerServices
{
    /// <summary>Adds the services; the state manager comes from elsewhere.</summary>
    public static IServiceCollection AddTopologyManagers(this IServiceCollection services) => services
        .AddKeyedSingleton(nameof(TopologyManagerClient), (_, _) => TopologyManagerClient.CreateHttpClient())
        .AddSingleton<ITopologyManager>(s => new TopologyManagerClient(
            s.GetRequiredKeyedService<HttpClient>(nameof(TopologyManagerClient)), s.GetRequiredService<IStateManager>()));
}
