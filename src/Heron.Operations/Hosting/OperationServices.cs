using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Activation;
using Heron.Operations.Deploying;
using Heron.Operations.Describe;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Kill;
using Heron.Operations.Restart;
using Heron.Operations.Running;
using Heron.Operations.Submit;
using Heron.Operations.Update;
using Microsoft.Extensions.DependencyInjection;


namespace Heron.Operations.Hosting;

/// <summary>Registers everything that can be done with topologies.</summary>
public static class OperationServices
{
    /// <summary>
    /// Adds the services. From elsewhere come the parts (state manager, scheduler, uploader, packing), the package store and the
    /// folder of this server, the topology managers, and a <see cref="ServedCluster"/>.
    /// </summary>
    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton<OperationGate>()
        .AddSingleton<OperationLifetime>()
        .AddSingleton<OperationRunner>()
        .AddSingleton<RunningTopologies>()
        .AddSingleton<TopologyCatalog>()
        .AddSingleton<TopologyStates>()
        .AddSingleton<UpdateJournal>()
        .AddSingleton<FinishedUpdates>()
        .AddSingleton<UpdateSettler>()
        .AddSingleton<UpdateTopology>()
        .AddSingleton<UpdateRequests>()
        .AddSingleton<IIntentRecovery, UpdateRecovery>()
        .AddSingleton<HeronCoreDetector>()
        .AddSingleton<ConfigureStep>()
        .AddSingleton<PlanStep>()
        .AddSingleton<Deployments>()
        .AddSingleton<DryRunStep>()
        .AddSingleton<PackageStep>()

        // In the order in which they are run; undone in reverse.
        .AddSingleton<ILaunchStep, PublishStep>()
        .AddSingleton<ILaunchStep, RegisterStep>()
        .AddSingleton<ILaunchStep, ScheduleStep>()
        .AddSingleton<ILaunchStep, AnnounceStep>()
        .AddSingleton<Launcher>()
        .AddSingleton<SubmissionPipeline>()
        .AddSingleton<KillOperation>()
        .AddSingleton<RestartOperation>()
        .AddSingleton<PublishedPackages>()
        .AddSingleton<PackageRemoval>()
        .AddSingleton<IntentJournal>()
        .AddSingleton<IIntentRecovery, SubmitRecovery>()
        .AddSingleton<KillRecovery>()
        .AddSingleton<IIntentRecovery>(s => s.GetRequiredService<KillRecovery>())
        .AddSingleton<JournalRecovery>()
        .AddHostedService(s => s.GetRequiredService<JournalRecovery>());
}
