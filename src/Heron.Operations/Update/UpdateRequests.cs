// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.DryRun;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>Carries out update requests of either kind: a new plan, or new settings.</summary>
public sealed class UpdateRequests(
    OperationRunner runner,
    RunningTopologies topologies,
    IStateManager state,
    ITopologyManager manager,
    UpdateTopology plans,
    IRepackingSource repacking,
    IScheduler scheduler)
{
    private static readonly OperationKind Update = new("update", GivesWay: true);

    /// <summary>Another kind: settings do not take the place of a new plan that is waited for.</summary>
    private static readonly OperationKind Configure = new("configure", GivesWay: true);

    /// <summary>Does what the request asks for.</summary>
    /// <returns>Warnings about new containers.</returns>
    /// <exception cref="HeronException">It is wrong, or a step failed.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(
        TopologyAddress address, UpdateRequest request, Caller caller, CancellationToken callerLeft) => (await runner.RunAsync(
            request.RuntimeSettings.Count > 0 ? Configure : Update,
            caller,
            address,
            (topology, lease, token) => UpdateAsync(topology, request, lease, token),
            callerLeft)).Warnings;

    /// <summary>Shows what the request would do, without doing it.</summary>
    /// <returns>The text, piece by piece.</returns>
    /// <exception cref="HeronException">The same as a real request would meet before it changes anything.</exception>
    public async Task<IEnumerable<string>> ShowAsync(TopologyAddress address, UpdateRequest request, CancellationToken cancellationToken)
    {
        var topology = await topologies.FindAsync(address, cancellationToken);
        if (request.RuntimeSettings.Count > 0)
        {
            await RequireComponentsAsync(address.Name, request.RuntimeSettings, cancellationToken);
            return [$"Would set {string.Join(", ", request.RuntimeSettings)} in the running topology {address.Name}"];
        }

        var definition = await state.GetTopologyAsync(address.Name, cancellationToken);
        var stored = await state.GetPackingPlanAsync(address.Name, cancellationToken);
        if (definition is null || stored is null)
        {
            throw new HeronException(
                FaultKind.Conflict,
                $"Topology '{address.Name}' is registered only in part: an earlier submit or kill was cut off; kill it to clean up");
        }

        var (packing, config) = repacking.For(topology.Identity, request.Overrides);
        var proposed = UpdatePlanner.Repack(request, definition, stored, packing, config);
        var format = DryRunFormats.Parse(request.DryRunFormat);
        return format == DryRunFormat.Nomad
            ? await scheduler.DescribeAddedAsync(
                topology.Identity, new PlanChange(stored, proposed.ToProto()).Added, proposed, cancellationToken)
            : DryRunRenderer.Update(definition, config, proposed, PackingPlanProto.FromProto(stored), format);
    }

    private async Task<UpdateResult> UpdateAsync(
        RunningTopology topology, UpdateRequest request, ILease lease, CancellationToken cancellationToken)
    {
        if (request.RuntimeSettings.Count > 0)
        {
            await RequireComponentsAsync(topology.Identity.Name, request.RuntimeSettings, cancellationToken);
            await manager.UpdateRuntimeConfigAsync(topology.Identity.Name, request.RuntimeSettings, cancellationToken);
            return UpdateResult.Of(request.RuntimeSettings);
        }

        PlanChange? change = null;
        var result = await plans.RunAsync(
            topology.Identity,
            request,
            (definition, stored) => change = Plan(topology.Identity, request, definition, stored),
            lease.Waiting,
            lease.Steps,
            cancellationToken);
        return UpdateResult.Of(change, result.Warnings);
    }

    private PlanChange Plan(
        TopologyIdentity topology, UpdateRequest request, Proto.Topology definition, Proto.PackingPlan stored)
    {
        var (packing, config) = repacking.For(topology, request.Overrides);
        return UpdatePlanner.Plan(request, definition, stored, packing, config);
    }

    /// <summary>The topology manager only says "failed to validate" when a setting names an unknown component.</summary>
    private async Task RequireComponentsAsync(
        string topologyName, IReadOnlyList<RuntimeSetting> settings, CancellationToken cancellationToken)
    {
        var definition = await state.GetTopologyAsync(topologyName, cancellationToken);
        var components = definition is null ? [] : TopologySettings.Components(definition).Select(c => c.Name).ToHashSet();
        var unknown = settings.FirstOrDefault(s => s.Component is { } c && !components.Contains(c));
        if (unknown is not null)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"Invalid component name in update request: {unknown.Component}. Valid components include: "
                + $"[{string.Join(", ", components)}]");
        }
    }
}
