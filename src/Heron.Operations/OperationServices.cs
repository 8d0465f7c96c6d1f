// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Operations.Activation;
using Heron.Operations.Deploying;
using Heron.Operations.Describe;
using Heron.Operations.Exclusion;
using Heron.Operations.History;
using Heron.Operations.Journal;
using Heron.Operations.Kill;
using Heron.Operations.Observe.Containers;
using Heron.Operations.Observe.Figures;
using Heron.Operations.Observe.Files;
using Heron.Operations.Observe.Metrics;
using Heron.Operations.Observe.Plans;
using Heron.Operations.Observe.Queries;
using Heron.Operations.Restart;
using Heron.Operations.Running;
using Heron.Operations.Submit;
using Heron.Operations.Update;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.Operations;

/// <summary>Registers everything that can be done with topologies.</summary>
public static class OperationServices
{
    /// <summary>
    /// Adds the services. From elsewhere come the parts (state manager, scheduler, uploader, packing), the package store and the
    /// folder of this server, the topology managers, the <see cref="CoreInUse"/>, and a <see cref="ServedCluster"/>.
    /// </summary>
    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddShared()
        .AddDeploying()
        .AddSingleton<ConfigureStep>()
        .AddSingleton<PlanStep>()
        .AddSingleton<DryRunStep>()
        .AddSingleton<PackageStep>()
        .AddSingleton<TopologyIds>()
        .AddSingleton<PlanningGate>(_ => new PlanningGate())
        .AddSingleton<SubmitTopology>()
        .AddSingleton<PackageFinder>()
        .AddSingleton<TopologyEnding>()
        .AddSingleton<KillTopology>()
        .AddSingleton<RestartTopology>()
        .AddSingleton<TopologyStates>()
        .AddSingleton<TopologyActivation>()
        .AddSingleton<FinishedUpdates>()
        .AddSingleton<UpdateSettler>()
        .AddSingleton<UpdateTopology>()
        .AddSingleton<UpdateRequests>()
        .AddSingleton<IRecovery, UpdateRecovery>()
        .AddSingleton(s => HistorySettings.From(s.GetRequiredService<ServerConfiguration>().Base.Local))
        .AddSingleton<EventLog>()
        .AddSingleton<TopologyHistory>()
        .AddSingleton<IOperationWitness>(s => s.GetRequiredService<TopologyHistory>())
        .AddSingleton<IContainerWitness>(s => s.GetRequiredService<TopologyHistory>())
        .AddSingleton<ContainerBoard>()
        .AddHostedService(s => s.GetRequiredService<ContainerBoard>())
        .AddSingleton<IOperationWitness>(s => s.GetRequiredService<ContainerBoard>())
        .AddSingleton<TopologyLines>()
        .AddSingleton<TopologyCatalog>()
        .AddSingleton<ContainerReader>()
        .AddSingleton<LogReader>()
        .AddSingleton<MetricQueries>()
        .AddSingleton<TopologyPlans>()
        .AddSingleton<TopologyMetrics>()
        .AddSingleton<TopologyFigures>();

    private static IServiceCollection AddShared(this IServiceCollection services) => services
        .AddSingleton<IExclusion, OperationGate>()
        .AddSingleton<IJournal, FolderJournal>()
        .AddSingleton<Recovery>()
        .AddHostedService(s => s.GetRequiredService<Recovery>())
        .AddSingleton<OperationLifetime>()
        .AddSingleton<RunningTopologies>()
        .AddSingleton<LeftLocations>()
        .AddSingleton<PlannedContainers>()
        .AddSingleton<LostTopologyFinder>()
        .AddSingleton<LostTopologies>()
        .AddSingleton<IOperationWitness>(s => s.GetRequiredService<LostTopologies>())
        .AddSingleton<TakenBack>()
        .AddHostedService<LatePatrol>()
        .AddSingleton<OperationRunner>();

    private static IServiceCollection AddDeploying(this IServiceCollection services) => services
        .AddSingleton<HeronCoreDetector>()
        .AddSingleton<PublishedPackages>()
        .AddSingleton<IPackageHolders, PackageHolders>()

        // In the order in which they are run; undone in reverse.
        .AddSingleton<ILaunchStep, PublishStep>()
        .AddSingleton<ILaunchStep, RegisterStep>()
        .AddSingleton<ILaunchStep, ScheduleStep>()
        .AddSingleton<ILaunchStep, AnnounceStep>()
        .AddSingleton<LaunchSteps>()
        .AddSingleton<IRecovery>(s => s.GetRequiredService<LaunchSteps>())
        .AddSingleton<Launcher>();
}
