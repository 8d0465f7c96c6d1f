using Heron.Core;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Running;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Describe;

/// <summary>Describes topologies from the state that is kept in memory; asks neither scheduler nor topology managers.</summary>
public sealed class TopologyCatalog(IStateManager state, IExclusion exclusion)
{
    /// <summary>One page of the topologies that are wanted.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.BadRequest"/>: the query cannot be; <see cref="FaultKind.Unavailable"/>: the store has never answered.
    /// </exception>
    public async Task<TopologyList> ListAsync(TopologyQuery query, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        var (page, total, next) = query.Select(view);
        return new TopologyList([.. page.Select(TopologySummary.Of)], total) { Next = next, Stale = StaleDescription.Of(view.Stale) };
    }

    /// <summary>All that is known of one topology, damaged or not.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: none is registered; <see cref="FaultKind.Conflict"/>: it runs under another cluster, role
    /// or environment; <see cref="FaultKind.Unavailable"/>: the store is away, and nothing is known of it.
    /// </exception>
    public async Task<TopologyDescription> DescribeAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        if (view.Find(address.Name) is not { } topology)
        {
            // A name that cannot be one is another mistake than a topology that is not there.
            _ = StatePaths.RelativeOf(StateNode.Definition, address.Name);
            if (view.Stale is not null)
            {
                // A store that is away says so itself.
                _ = await state.IsTopologyRunningAsync(address.Name, cancellationToken);
            }

            throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(address.Name)}' does not exist");
        }

        if (topology.ExecutionState.Value is { } execution)
        {
            RunningTopologies.RequireSamePlace(execution, address);
        }

        return Describe(topology, address) with
        {
            Busy = (await exclusion.HolderOfAsync(topology.Name, cancellationToken))?.ToString(),
            Stale = StaleDescription.Of(view.Stale),
        };
    }

    private static TopologyDescription Describe(TopologySnapshot topology, TopologyAddress address)
    {
        var execution = topology.ExecutionState.Value;
        return new TopologyDescription(
            topology.Name,
            topology.Id ?? "",
            execution?.Cluster ?? address.Cluster,
            execution?.Role ?? address.Role,
            execution?.Environ ?? address.Environment,
            execution?.SubmissionUser ?? "",
            execution?.SubmissionTime ?? 0,
            TopologySummary.StateOf(topology),
            new ReleaseDescription(
                execution?.ReleaseState?.ReleaseVersion ?? "", execution?.ReleaseState?.ReleaseUsername ?? ""),
            [.. topology.PackingPlan.Value?.ContainerPlans.OrderBy(c => c.Id).Select(Describe) ?? []])
        {
            SchedulerPages = [.. topology.SchedulerLocation.Value?.JobPageLink ?? []],
            Manager = topology.TManagerLocation.Value is { } m ? new ManagerDescription(m.Host, m.ControllerPort, m.StatsPort) : null,
            Damage = TopologySummary.DamageOf(topology),
        };
    }

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
