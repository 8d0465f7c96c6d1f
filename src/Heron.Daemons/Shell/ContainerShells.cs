// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Shell;

/// <summary>
/// Finds the shells of containers in the physical plan and asks them. That of container 0 is in no plan: its port is the one that
/// the scheduler gave it.
/// </summary>
public sealed class ContainerShells(
    IStateManager state, IScheduler scheduler, ContainerNodes nodes, HeronShellClient client) : IContainerShells
{
    /// <inheritdoc/>
    public async Task<ShellOutput> PidAsync(
        TopologyIdentity topology, int container, string process, CancellationToken cancellationToken) =>
        await client.PidAsync(await FindAsync(topology, container, cancellationToken), process, cancellationToken);

    /// <inheritdoc/>
    public async Task<ShellOutput> RunAsync(
        TopologyIdentity topology, int container, JvmTool tool, string instance, CancellationToken cancellationToken) =>
        await client.RunAsync(await FindAsync(topology, container, cancellationToken), tool, instance, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ShellFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken) =>
        await client.ListAsync(await FindAsync(topology, container, cancellationToken), path, cancellationToken);

    /// <inheritdoc/>
    public async Task<FileSlice> ReadAsync(
        TopologyIdentity topology, int container, string path, long offset, long length, CancellationToken cancellationToken) =>
        await client.ReadAsync(
            await FindAsync(topology, container, cancellationToken), path, offset, length, cancellationToken);

    /// <inheritdoc/>
    public async Task DownloadAsync(
        TopologyIdentity topology, int container, string path, Func<Stream> begin, CancellationToken cancellationToken) =>
        await client.DownloadAsync(await FindAsync(topology, container, cancellationToken), path, begin, cancellationToken);

    private async Task<DaemonAddress> FindAsync(
        TopologyIdentity topology, int container, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"The shell of container {container} of {topology.Name}");
        if (container == 0)
        {
            var known = await scheduler.Inspector.InspectAsync(topology, [0], new HashSet<int> { 0 }, cancellationToken);
            return known is [{ State: ContainerState.Running or ContainerState.Starting } status, ..]
                && status.Ports.TryGetValue(ExecutorPort.ShellLabel, out var port)
                && (status.Addresses is [var address, ..] ? address : status.Node) is { } host
                    ? new DaemonAddress(name, host, port, await nodes.OfAsync(topology, container, cancellationToken))
                    : throw new HeronException(FaultKind.Unavailable, $"Container 0 of {topology.Name} does not run, or the scheduler does not tell the port of its shell");
        }

        var plan = await state.GetPhysicalPlanAsync(topology.Name, cancellationToken)
            ?? throw new HeronException(
                FaultKind.Unavailable,
                $"Topology {topology.Name} has no physical plan yet, which says where its containers' shells are; try again in a moment");
        var id = string.Create(CultureInfo.InvariantCulture, $"stmgr-{container}");
        var manager = plan.Stmgrs.FirstOrDefault(s => s.Id == id)
            ?? throw new HeronException(
                FaultKind.NotFound,
                string.Create(CultureInfo.InvariantCulture, $"Topology {topology.Name} has no container {container} in its physical plan"));
        return new DaemonAddress(name, manager.HostName, manager.ShellPort, await nodes.OfAsync(topology, container, cancellationToken));
    }
}
