// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Observe.Containers;
using Heron.Operations.Running;

namespace Heron.Operations.Describe;

/// <summary>
/// Describes topologies from what is kept in memory of state and scheduler, and those of which only the scheduler knows; asks no
/// topology managers.
/// </summary>
public sealed class TopologyCatalog(
    IStateManager state, LostTopologies lost, IExclusion exclusion, ContainerBoard board, TopologyLines lines)
{
    /// <summary>One page of the topologies that are wanted.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.BadRequest"/>: the query cannot be; <see cref="FaultKind.Unavailable"/>: the store has never answered.
    /// </exception>
    public async Task<TopologyList> ListAsync(TopologyQuery query, CancellationToken cancellationToken)
    {
        var others = await lost.ListAsync(cancellationToken);
        var view = await state.View.GetAsync(cancellationToken);
        var all = await lines.OfAsync(view, cancellationToken);
        return query.Select(others.Count == 0 ? all : WithLost(all, others)) with
        {
            Stale = StaleDescription.Of(view.Stale),
            SchedulerStale = StaleDescription.Of(board.Away),
        };
    }

    /// <summary>All that is known of one topology, damaged or lost or not.</summary>
    /// <param name="address">Which.</param>
    /// <param name="visible">As <see cref="TopologyQuery.Visible"/>: a lost one that it refuses is not there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: none is registered; <see cref="FaultKind.Conflict"/>: it runs under another cluster, role
    /// or environment; <see cref="FaultKind.Unavailable"/>: the store is away, and nothing is known of it.
    /// </exception>
    public async Task<TopologyDescription> DescribeAsync(
        TopologyAddress address, Func<TopologyAddress, bool>? visible, CancellationToken cancellationToken)
    {
        var (cluster, role, environment, name) = address;
        var (topology, description) = await LookAsync(
            address,
            t => t.MayBe(cluster, role, environment, name) && visible?.Invoke(LostTopologies.PlaceOf(t)) != false,
            cancellationToken);
        if (topology.ExecutionState.Value is { } execution)
        {
            RunningTopologies.RequireSamePlace(execution, address);
        }

        return description;
    }

    /// <summary>All that is known of the topology of a name, wherever it runs, with what the state has of it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="visible">As <see cref="TopologyQuery.Visible"/>: a lost one that it refuses is not there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">
    /// As for <see cref="DescribeAsync(TopologyAddress, Func{TopologyAddress, bool}, CancellationToken)"/>.
    /// </exception>
    public Task<(TopologySnapshot State, TopologyDescription Description)> LookAsync(
        string name, Func<TopologyAddress, bool>? visible, CancellationToken cancellationToken) => LookAsync(
        new TopologyAddress("", "", "", name),
        t => t.Name == name && visible?.Invoke(LostTopologies.PlaceOf(t)) != false,
        cancellationToken);

    private static List<TopologySummary> WithLost(IReadOnlyList<TopologySummary> all, IReadOnlyList<ScheduledTopology> others) =>
        [.. all.Concat(others.Select(TopologySummary.Of)).OrderBy(t => TopologyPosition.Of(t, TopologyOrder.Name))];

    /// <param name="address">Where it is looked for; counts for what cannot be read.</param>
    /// <param name="wanted">Which of the lost ones are meant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<(TopologySnapshot State, TopologyDescription Description)> LookAsync(
        TopologyAddress address, Func<ScheduledTopology, bool> wanted, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        if (view.Find(address.Name) is { } topology)
        {
            var asked = OthersAsync(wanted, cancellationToken);
            var looking = board.LookAsync(topology, cancellationToken);
            await Task.WhenAll(asked, looking);
            var judged = JudgedTopology.Of(topology, await looking);
            if (judged.MayBeInTheMaking && await lines.IsBeingChangedAsync(topology, cancellationToken))
            {
                judged = judged.InTheMaking();
            }

            return (topology, await DescribeAsync(topology, judged, await asked, (view.Stale, (await looking).Stale), address, cancellationToken));
        }

        if (await OthersAsync(wanted, cancellationToken) is [var first, ..] others)
        {
            var told = LostTopologies.AsState(first, address);
            var sight = await board.LookOnceAsync(
                first.Identity(address.Cluster, address.Role, address.Environment), first.Containers, cancellationToken);
            var judged = JudgedTopology.Of(told, sight) with { State = TopologyWords.Lost, Reason = LostTopologies.Words(first) };
            return (told, await DescribeAsync(told, judged, others, (view.Stale, sight.Stale), address, cancellationToken));
        }

        // A name that cannot be one is another mistake than a topology that is not there.
        _ = StatePaths.RelativeOf(StateNode.Definition, address.Name);
        if (view.Stale is not null)
        {
            // A store that is away says so itself.
            _ = await state.IsTopologyRunningAsync(address.Name, cancellationToken);
        }

        throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(address.Name)}' does not exist");
    }

    private async Task<IReadOnlyList<ScheduledTopology>> OthersAsync(Func<ScheduledTopology, bool> wanted, CancellationToken cancellationToken) =>
        [.. (await lost.ListAsync(cancellationToken)).Where(wanted)];

    private async Task<TopologyDescription> DescribeAsync(
        TopologySnapshot topology,
        JudgedTopology judged,
        IReadOnlyList<ScheduledTopology> others,
        (Staleness? State, Staleness? Scheduler) stale,
        TopologyAddress address,
        CancellationToken cancellationToken)
    {
        var execution = topology.ExecutionState.Value;
        var instanceIds = (topology.PhysicalPlan.Value?.Instances ?? []).DistinctBy(i => i.Info.TaskId)
            .ToDictionary(i => i.Info.TaskId, i => i.InstanceId);
        var holder = await exclusion.HolderOfAsync(topology.Name, cancellationToken);
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
            Lost = LostDescription.Of(others),
            SchedulerPages = [.. topology.SchedulerLocation.Value?.JobPageLink ?? []],
            Manager = topology.TManagerLocation.Value is { } m ? new ManagerDescription(m.Host, m.ControllerPort, m.StatsPort) : null,
            Damage = TopologySummary.DamageOf(topology),
            Busy = holder?.ToString(),
            Steps = StepDescription.Of(holder?.Steps),
            Stale = StaleDescription.Of(stale.State),
            SchedulerStale = StaleDescription.Of(stale.Scheduler),
        };
    }
}
