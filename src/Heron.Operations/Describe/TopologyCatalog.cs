using Heron.Core;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Observe.Containers;
using Heron.Operations.Running;

namespace Heron.Operations.Describe;

/// <summary>Describes topologies from what is kept in memory of state and scheduler; asks no topology managers.</summary>
public sealed class TopologyCatalog(IStateManager state, IExclusion exclusion, ContainerBoard board, TopologyLines lines)
{
    /// <summary>One page of the topologies that are wanted.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.BadRequest"/>: the query cannot be; <see cref="FaultKind.Unavailable"/>: the store has never answered.
    /// </exception>
    public async Task<TopologyList> ListAsync(TopologyQuery query, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        return query.Select(await lines.OfAsync(view, cancellationToken)) with
        {
            Stale = StaleDescription.Of(view.Stale),
            SchedulerStale = StaleDescription.Of(board.Away),
        };
    }

    /// <summary>All that is known of one topology, damaged or not.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: none is registered; <see cref="FaultKind.Conflict"/>: it runs under another cluster, role
    /// or environment; <see cref="FaultKind.Unavailable"/>: the store is away, and nothing is known of it.
    /// </exception>
    public async Task<TopologyDescription> DescribeAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var (topology, stale) = await FindAsync(address.Name, cancellationToken);
        if (topology.ExecutionState.Value is { } execution)
        {
            RunningTopologies.RequireSamePlace(execution, address);
        }

        return await DescribeAsync(topology, stale, address, cancellationToken);
    }

    /// <summary>All that is known of the topology of a name, wherever it runs, with what the state has of it.</summary>
    /// <exception cref="HeronException">As for <see cref="DescribeAsync(TopologyAddress, CancellationToken)"/>.</exception>
    public async Task<(TopologySnapshot State, TopologyDescription Description)> LookAsync(string name, CancellationToken cancellationToken)
    {
        var (topology, stale) = await FindAsync(name, cancellationToken);
        return (topology, await DescribeAsync(topology, stale, new TopologyAddress("", "", "", name), cancellationToken));
    }

    private async Task<(TopologySnapshot Topology, Staleness? Stale)> FindAsync(string name, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        if (view.Find(name) is { } topology)
        {
            return (topology, view.Stale);
        }

        // A name that cannot be one is another mistake than a topology that is not there.
        _ = StatePaths.RelativeOf(StateNode.Definition, name);
        if (view.Stale is not null)
        {
            // A store that is away says so itself.
            _ = await state.IsTopologyRunningAsync(name, cancellationToken);
        }

        throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(name)}' does not exist");
    }

    private async Task<TopologyDescription> DescribeAsync(
        TopologySnapshot topology, Staleness? stale, TopologyAddress address, CancellationToken cancellationToken)
    {
        var sight = await board.LookAsync(topology, cancellationToken);
        var judged = JudgedTopology.Of(topology, sight);
        if (judged.MayBeInTheMaking && await lines.IsBeingChangedAsync(topology, cancellationToken))
        {
            judged = judged.InTheMaking();
        }

        var execution = topology.ExecutionState.Value;
        var instanceIds = (topology.PhysicalPlan.Value?.Instances ?? []).DistinctBy(i => i.Info.TaskId)
            .ToDictionary(i => i.Info.TaskId, i => i.InstanceId);
        return new TopologyDescription(
            topology.Name,
            topology.Id ?? "",
            execution?.Cluster ?? address.Cluster,
            execution?.Role ?? address.Role,
            execution?.Environ ?? address.Environment,
            execution?.SubmissionUser ?? "",
            execution?.SubmissionTime ?? 0,
            judged.State,
            new ReleaseDescription(
                execution?.ReleaseState?.ReleaseVersion ?? "", execution?.ReleaseState?.ReleaseUsername ?? ""),
            [.. judged.Containers.Select(c => c.Describe(instanceIds))])
        {
            HeronState = TopologySummary.HeronStateOf(topology),
            Reason = judged.Reason,
            SchedulerPages = [.. topology.SchedulerLocation.Value?.JobPageLink ?? []],
            Manager = topology.TManagerLocation.Value is { } m ? new ManagerDescription(m.Host, m.ControllerPort, m.StatsPort) : null,
            Damage = TopologySummary.DamageOf(topology),
            Busy = (await exclusion.HolderOfAsync(topology.Name, cancellationToken))?.ToString(),
            Stale = StaleDescription.Of(stale),
            SchedulerStale = StaleDescription.Of(sight.Stale),
        };
    }
}
