// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Manager;

/// <summary>
/// Speaks to the controller of a topology's manager, which is found in the state manager. All of it is HTTP GET, as
/// heron-core's manager offers it. Its <c>clean_all_stateful_checkpoints</c> is never called: it ends a manager whose topology is
/// not stateful.
/// </summary>
/// <param name="transport">Carries the calls.</param>
/// <param name="state">Knows where the managers say to be.</param>
/// <param name="nodes">Knows where they may be.</param>
/// <param name="time">The clock.</param>
/// <param name="change">For one request that changes something.</param>
public sealed class TopologyManagerClient(
    DaemonTransport transport, IStateManager state, ContainerNodes nodes, TimeProvider time, DaemonLimits change) : ITopologyManager
{
    private const string PlanCommand = "get_current_physical_plan";

    // Everything that the real manager says in an error. What else may come is not its own, and is not passed on.
    private static readonly string[] Sentences =
    [
        "Missing 'topologyid' argument in the request",
        "Topology id does not match",
        "Tmanager still not initialized (physical plan is not available)",
        "No runtime config is found. Usage: runtime-config=[COMPONENT:]<CONFIG>:<VALUE>.",
        "Failed to parse runtime configs. Possibly bad format. The expected format is [COMPONENT:]<CONFIG>:<VALUE>.",
        "Failed to validate runtime configs",
        "Failed to update runtime configs",
    ];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a manager may take from writing its plan to knowing it. It also does not tell its plan while a stream manager is
    /// away; by then it knows it all the same.
    /// </summary>
    private static readonly TimeSpan Ripening = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task ActivateAsync(string topologyName, CancellationToken cancellationToken) =>
        ChangeAsync(topologyName, "activate", "", cancellationToken);

    /// <inheritdoc/>
    public Task DeactivateAsync(string topologyName, CancellationToken cancellationToken) =>
        ChangeAsync(topologyName, "deactivate", "", cancellationToken);

    /// <inheritdoc/>
    public Task UpdateRuntimeConfigAsync(
        string topologyName, IReadOnlyList<RuntimeSetting> settings, CancellationToken cancellationToken)
    {
        var query = new StringBuilder();
        foreach (var setting in settings)
        {
            query.Append("&runtime-config=").Append(Uri.EscapeDataString(setting.ToString()));
        }

        return ChangeAsync(topologyName, "runtime_config/update", query.ToString(), cancellationToken);
    }

    private static string Quote(byte[] body)
    {
        var text = Encoding.Latin1.GetString(body);
        return Sentences.FirstOrDefault(s => text.Contains(s, StringComparison.Ordinal)) is { } sentence ? $": {sentence}" : "";
    }

    private async Task ChangeAsync(string topologyName, string command, string query, CancellationToken cancellationToken)
    {
        var manager = await FindAsync(topologyName, cancellationToken);
        await RipenAsync(manager, command, cancellationToken);
        var answer = await AskAsync(manager, command, command, query, change, cancellationToken);
        if (answer.Status != HttpStatusCode.OK)
        {
            throw new HeronException(
                FaultKind.BadGateway,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Non OK HTTP response {(int)answer.Status} from TManager for command {command}{Quote(answer.Body)}"));
        }
    }

    // Asked to change anything between writing its plan and setting its own copy, the manager dies of a null pointer: it looks for
    // the topology's id in the plan before it looks whether there is one.
    private async Task RipenAsync(Manager manager, string wanted, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while ((await AskAsync(manager, wanted, PlanCommand, "", change with { MaxBytes = DaemonLimits.Quick.MaxBytes }, cancellationToken)).Status != HttpStatusCode.OK)
        {
            if (time.GetElapsedTime(begin) > Ripening)
            {
                _ = await state.GetPhysicalPlanAsync(manager.Topology, cancellationToken)
                    ?? throw new HeronException(
                        FaultKind.Unavailable,
                        $"Failed to get physical plan for topology '{manager.Topology}'. Its containers are still starting, or some "
                        + "cannot start; try again in a minute, or look at them in the scheduler");
                return;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<Manager> FindAsync(string topologyName, CancellationToken cancellationToken)
    {
        var location = await state.GetTManagerLocationAsync(topologyName, cancellationToken);
        var execution = await state.GetExecutionStateAsync(topologyName, cancellationToken);
        if (location is null || execution is null)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"Failed to fetch TManager location for topology: {topologyName}. Its container 0 is not running or "
                + "still starting; try again in a moment, or look at container 0 in the scheduler");
        }

        var topology = new TopologyIdentity(
            execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
        return new Manager(
            topologyName,
            location.TopologyId,
            new DaemonAddress(
                $"The topology manager of {topologyName}",
                location.Host,
                location.ControllerPort,
                await nodes.OfAsync(topology, 0, cancellationToken)));
    }

    private async Task<DaemonAnswer> AskAsync(
        Manager manager,
        string wanted,
        string command,
        string query,
        DaemonLimits limits,
        CancellationToken cancellationToken)
    {
        try
        {
            return await transport.AskAsync(
                manager.Address,
                new DaemonCall($"/{command}?topologyid={Uri.EscapeDataString(manager.TopologyId)}{query}"),
                limits,
                cancellationToken);
        }
        catch (DaemonException fault) when (fault.Kind == FaultKind.Unavailable)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Failed to receive HTTP response from TManager using command: `{wanted}`: {manager.Address.Host}:{manager.Address.Port}: it {fault.Why}. Its container 0 may be restarting; try again in a minute"),
                fault);
        }
    }

    private sealed record Manager(string Topology, string TopologyId, DaemonAddress Address);
}
