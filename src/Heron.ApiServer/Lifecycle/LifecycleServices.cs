using Heron.ApiServer.Lifecycle.Descriptions;
using Heron.ApiServer.Lifecycle.Exclusion;
using Heron.ApiServer.Lifecycle.States;
using Heron.ApiServer.Lifecycle.TopologyManager;
using Heron.ApiServer.Lifecycle.Updates;
using Heron.ApiServer.Submission.Journal;
using Heron.Core.State;

namespace Heron.ApiServer.Lifecycle;

/// <summary>Registers what the life of running topologies needs.</summary>
public static class LifecycleServices
{
    /// <summary>Adds the services; state manager, scheduler and <see cref="IRepackingSource"/> come from elsewhere.</summary>
    public static IServiceCollection AddLifecycle(this IServiceCollection services) => services
        .AddSingleton<OperationGate>()
        .AddSingleton<OperationLifetime>()
        .AddSingleton<OperationRunner>()
        .AddSingleton<RunningTopologies>()
        .AddSingleton<TopologyCatalog>()
        .AddKeyedSingleton(nameof(TopologyManagerClient), (_, _) => TopologyManagerClient.CreateHttpClient())
        .AddSingleton(s => new TopologyManagerClient(
            s.GetRequiredKeyedService<HttpClient>(nameof(TopologyManagerClient)), s.GetRequiredService<IStateManager>()))
        .AddSingleton<TopologyStates>()
        .AddSingleton<UpdateJournal>()
        .AddSingleton<FinishedUpdates>()
        .AddSingleton<UpdateSettler>()
        .AddSingleton<UpdateTopology>()
        .AddSingleton<UpdateRequests>()
        .AddSingleton<IIntentRecovery, UpdateRecovery>();
}
