using Heron.Core;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Running;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Describe;

/// <summary>Describes topologies from what the state manager holds; asks neither scheduler nor topology managers.</summary>
public sealed class TopologyCatalog(RunningTopologies topologies, IStateManager state, IExclusion exclusion)
{
    // A list of hundreds of topologies should neither take one round trip each in turn nor flood the state manager.
    private const int MaxReadsAtOnce = 16;

    /// <summary>The topologies that the filter takes. One that is registered only in part has no place to filter by and is left out.</summary>
    public async Task<TopologyList> ListAsync(TopologyFilter filter, CancellationToken cancellationToken)
    {
        var names = await state.ListTopologiesAsync(cancellationToken);
        var found = new TopologySummary?[names.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, names.Count, options, async (i, token) =>
        {
            if (await state.GetExecutionStateAsync(names[i], token) is { } execution && filter.Takes(execution))
            {
                found[i] = Summarise(execution, await state.GetPhysicalPlanAsync(names[i], token));
            }
        });
        return new TopologyList([.. found.OfType<TopologySummary>()]);
    }

    /// <summary>All that is known of one topology.</summary>
    /// <exception cref="HeronException">There is no such topology; see <see cref="RunningTopologies.FindAsync"/>.</exception>
    public async Task<TopologyDescription> DescribeAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var topology = await topologies.FindAsync(address, cancellationToken);
        var name = topology.Identity.Name;
        var packing = state.GetPackingPlanAsync(name, cancellationToken);
        var physical = state.GetPhysicalPlanAsync(name, cancellationToken);
        var scheduler = state.GetSchedulerLocationAsync(name, cancellationToken);
        var manager = state.GetTManagerLocationAsync(name, cancellationToken);
        await Task.WhenAll(packing, physical, scheduler, manager);
        var execution = topology.ExecutionState;
        return new TopologyDescription(
            execution.TopologyName,
            execution.TopologyId,
            execution.Cluster,
            execution.Role,
            execution.Environ,
            execution.SubmissionUser,
            execution.SubmissionTime,
            StateOf(await physical),
            new ReleaseDescription(
                execution.ReleaseState?.ReleaseVersion ?? "", execution.ReleaseState?.ReleaseUsername ?? ""),
            [.. (await packing)?.ContainerPlans.OrderBy(c => c.Id).Select(Describe) ?? []])
        {
            SchedulerPages = [.. (await scheduler)?.JobPageLink ?? []],
            Manager = await manager is { } m ? new ManagerDescription(m.Host, m.ControllerPort, m.StatsPort) : null,
            Busy = (await exclusion.HolderOfAsync(name, cancellationToken))?.ToString(),
        };
    }

    private static TopologySummary Summarise(Proto.ExecutionState execution, Proto.PhysicalPlan? physical) => new(
        execution.TopologyName,
        execution.TopologyId,
        execution.Cluster,
        execution.Role,
        execution.Environ,
        execution.SubmissionUser,
        execution.SubmissionTime,
        StateOf(physical));

    private static string StateOf(Proto.PhysicalPlan? physical) =>
        physical?.Topology.State.ToString().ToUpperInvariant() ?? "STARTING";

    private static ContainerDescription Describe(Proto.ContainerPlan container) => new(
        container.Id,
        Describe(container.RequiredResource),
        [.. container.InstancePlans.OrderBy(i => i.TaskId)
            .Select(i => new InstanceDescription(i.ComponentName, i.TaskId, i.ComponentIndex))])
    {
        Scheduled = container.ScheduledResource is { } scheduled ? Describe(scheduled) : null,
    };

    private static ResourceDescription Describe(Proto.Resource resource) => new(resource.Cpu, resource.Ram, resource.Disk);
}
