// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Running;

namespace Heron.Operations.Observe.Plans;

/// <summary>The plans and settings of a topology as they are in force.</summary>
public sealed class TopologyPlans(IStateManager state, RunningTopologies topologies)
{
    /// <summary>Components and the streams between them.</summary>
    /// <exception cref="HeronException">As for <see cref="RunningTopologies.FindAsync"/>, or the definition is damaged.</exception>
    public async Task<LogicalPlanView> LogicalAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var topology = DefinitionOf(await ReadAsync(address, cancellationToken));
        var parallelism = TopologySettings.ComponentParallelism(topology);
        return new LogicalPlanView(
        [
            .. topology.Spouts.Select(s => new ComponentView(
                s.Comp.Name, ComponentKind.Spout, parallelism[s.Comp.Name], [], [.. s.Outputs.Select(o => o.Stream.Id)])),
            .. topology.Bolts.Select(b => new ComponentView(
                b.Comp.Name,
                ComponentKind.Bolt,
                parallelism[b.Comp.Name],
                [.. b.Inputs.Select(i => new InputView(
                    i.Stream.ComponentName,
                    i.Stream.Id,
                    i.Gtype.ToString().ToUpperInvariant(),
                    [.. (i.GroupingFields?.Keys ?? []).Select(k => k.Key)]))],
                [.. b.Outputs.Select(o => o.Stream.Id)])),
        ]);
    }

    /// <summary>What should run in which container.</summary>
    /// <exception cref="HeronException">
    /// As for <see cref="RunningTopologies.FindAsync"/>; <see cref="FaultKind.Conflict"/>: there is no plan, or it is damaged.
    /// </exception>
    public async Task<PackingPlanView> PackingAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var snapshot = await ReadAsync(address, cancellationToken);
        var plan = snapshot.PackingPlan.Value
            ?? throw new HeronException(FaultKind.Conflict, $"Topology {snapshot.Name} has no packing plan; kill it to clean up");
        return new PackingPlanView(
            plan.Id,
            [.. plan.ContainerPlans.OrderBy(c => c.Id).Select(c => new PlannedContainerView(
                c.Id,
                ResourcesOf(c.RequiredResource),
                [.. c.InstancePlans.OrderBy(i => i.TaskId).Select(i => new PlannedInstanceView(
                    i.ComponentName, i.TaskId, i.ComponentIndex, ResourcesOf(i.Resource)))])
            {
                Scheduled = c.ScheduledResource is { } scheduled ? ResourcesOf(scheduled) : null,
            })]);
    }

    /// <summary>What runs where, by the topology manager's word.</summary>
    /// <exception cref="HeronException">
    /// As for <see cref="RunningTopologies.FindAsync"/>; <see cref="FaultKind.Unavailable"/>: there is no such plan yet.
    /// </exception>
    public async Task<PhysicalPlanView> PhysicalAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var plan = PhysicalOf(await ReadAsync(address, cancellationToken));
        var instances = plan.Instances.ToLookup(i => i.StmgrId, StringComparer.Ordinal);
        return new PhysicalPlanView(
            plan.Topology.State.ToString().ToUpperInvariant(),
            [.. plan.Stmgrs.OrderBy(s => s.Id, StringComparer.Ordinal).Select(s => new StreamManagerView(
                s.Id,
                s.HostName,
                s.DataPort,
                s.HasShellPort ? s.ShellPort : null,
                s.Pid,
                [.. instances[s.Id].OrderBy(i => i.Info.TaskId).Select(i => new RunningInstanceView(
                    i.InstanceId, i.Info.ComponentName, i.Info.TaskId, i.Info.ComponentIndex))]))]);
    }

    /// <summary>The settings in force: those submitted, with what was changed since; secrets are masked.</summary>
    /// <exception cref="HeronException">As for <see cref="LogicalAsync"/>.</exception>
    public async Task<TopologyConfigView> ConfigAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var topology = DefinitionOf(await ReadAsync(address, cancellationToken));
        return new TopologyConfigView(
            EffectiveSettings.Of(topology.TopologyConfig),
            new SortedDictionary<string, SortedDictionary<string, string>>(
                TopologySettings.Components(topology).ToDictionary(c => c.Name, c => EffectiveSettings.Of(c.Config), StringComparer.Ordinal),
                StringComparer.Ordinal));
    }

    /// <summary>The container in which an instance runs, by the topology manager's word.</summary>
    /// <exception cref="HeronException">
    /// As for <see cref="PhysicalAsync"/>; <see cref="FaultKind.NotFound"/>: there is no such instance.
    /// </exception>
    public async Task<(TopologyIdentity Topology, int Container)> FindInstanceAsync(
        TopologyAddress address, string instance, CancellationToken cancellationToken)
    {
        var snapshot = await ReadAsync(address, cancellationToken);
        var plan = PhysicalOf(snapshot);
        var found = plan.Instances.FirstOrDefault(i => i.InstanceId == instance)
            ?? throw new HeronException(
                FaultKind.NotFound,
                $"Topology {snapshot.Name} has no instance '{ShownText.Of(instance)}'; its physical plan lists them");
        return int.TryParse(found.StmgrId.AsSpan("stmgr-".Length), out var container)
            ? (IdentityOf(snapshot), container)
            : throw new HeronException(FaultKind.Conflict, $"The physical plan of {snapshot.Name} names no container of {found.InstanceId}");
    }

    /// <summary>The topology with the definition in force.</summary>
    /// <exception cref="HeronException">As for <see cref="LogicalAsync"/>.</exception>
    internal async Task<(TopologyIdentity Topology, Topology Definition, PhysicalPlan? Plan)> FindAsync(
        TopologyAddress address, CancellationToken cancellationToken)
    {
        var snapshot = await ReadAsync(address, cancellationToken);
        return (IdentityOf(snapshot), DefinitionOf(snapshot), snapshot.PhysicalPlan.Value);
    }

    private static TopologyIdentity IdentityOf(TopologySnapshot snapshot)
    {
        var execution = snapshot.ExecutionState.Value!;
        return new TopologyIdentity(
            execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
    }

    private static Topology DefinitionOf(TopologySnapshot snapshot) =>
        snapshot.PhysicalPlan.Value?.Topology ?? snapshot.Definition.Value
        ?? throw new HeronException(
            FaultKind.Conflict, $"The definition of {snapshot.Name} is damaged: it {snapshot.Definition.Damage}. Kill the topology to remove it");

    private static PhysicalPlan PhysicalOf(TopologySnapshot snapshot) => snapshot.PhysicalPlan.Value
        ?? throw new HeronException(
            FaultKind.Unavailable,
            $"Topology {snapshot.Name} has no physical plan: its containers are still starting, or some cannot start; try again in a minute");

    private static ResourcesView ResourcesOf(Resource resource) => new(resource.Cpu, resource.Ram, resource.Disk);

    private async Task<TopologySnapshot> ReadAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        _ = await topologies.FindAsync(address, cancellationToken);
        return await state.ReadTopologyAsync(address.Name, cancellationToken);
    }
}
