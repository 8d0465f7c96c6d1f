// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Restart;

/// <summary>
/// Restarts one container of a running topology, or all. One that the packing plan has and the scheduler does not is made again:
/// somebody has removed it, or the server that submitted the topology died half-way.
/// </summary>
public sealed partial class RestartTopology(
    OperationRunner runner, IScheduler scheduler, IStateManager state, PlannedContainers containers, ILogger<RestartTopology> logger)
{
    private const int TopologyManagerContainer = 0;

    private static readonly OperationKind Restart = new("restart");

    /// <summary>Restarts.</summary>
    /// <param name="address">Which topology.</param>
    /// <param name="container">The container, 0 included; null for all.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="callerLeft">Cancelled when the client leaves; ends the wait before the restart begins.</param>
    /// <returns>Sentences for whoever asked: which containers were missing, and whether that can be told at all.</returns>
    /// <exception cref="HeronException">There is no such topology or container, or a step failed.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(TopologyAddress address, int? container, Caller caller, CancellationToken callerLeft) =>
        (await runner.RunAsync(Restart, caller, address, (topology, token) => RestartAsync(topology, container, token), callerLeft)).Warnings;

    private async Task<RestartedContainers> RestartAsync(RunningTopology topology, int? container, CancellationToken cancellationToken)
    {
        var name = topology.Identity.Name;
        Log.Begun(logger, name, container?.ToString(CultureInfo.InvariantCulture) ?? "all");
        var (plan, unknown) = await FindPlanAsync(name, cancellationToken);
        if (container is null or TopologyManagerContainer)
        {
            // Before the restart: a new topology manager takes a location that is there for that of a living one, and
            // what it writes itself must stay.
            await state.ForgetTManagerLocationAsync(name, cancellationToken);
        }

        var said = container is { } id
            ? await RestartOneAsync(topology, id, plan, cancellationToken)
            : [.. unknown, .. await RestartAllAsync(topology, plan, cancellationToken)];
        Log.Done(logger, name);
        return new RestartedContainers(container, said);
    }

    private async Task<IReadOnlyList<string>> RestartOneAsync(
        RunningTopology topology, int container, PackingPlan? plan, CancellationToken cancellationToken)
    {
        try
        {
            await scheduler.RestartAsync(topology.Identity, container, cancellationToken);
            return [];
        }
        catch (HeronException e) when (e.Kind == FaultKind.NotFound && plan is not null && PlannedContainers.Of(plan).Contains(container))
        {
            return await containers.MakeAgainAsync(topology.Identity, [container], cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> RestartAllAsync(
        RunningTopology topology, PackingPlan? plan, CancellationToken cancellationToken)
    {
        try
        {
            await scheduler.RestartAsync(topology.Identity, null, cancellationToken);
        }
        catch (HeronException e) when (e.Kind == FaultKind.NotFound)
        {
            throw new HeronException(
                FaultKind.NotFound, $"{e.Message}, and with none left no other can be made. Kill the topology and submit it again", e);
        }

        return plan is null ? [] : await containers.CompleteAsync(topology.Identity, PlannedContainers.Of(plan), cancellationToken);
    }

    /// <summary>The packing plan, or why nobody can tell which containers there should be: what is there is restarted all the same.</summary>
    private async Task<(PackingPlan? Plan, IReadOnlyList<string> Unknown)> FindPlanAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await state.GetPackingPlanAsync(name, cancellationToken) is { } plan
                ? (plan, [])
                : (null, ["the state has no packing plan of the topology, as after a submission that was cut off, so nobody can tell whether "
                    + "containers are missing; kill it and submit it again if it does not run"]);
        }
        catch (UnreadableStateException e)
        {
            return (null, [$"nobody can tell whether containers are missing: {e.Message}"]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restart of container {Container} begins")]
        public static partial void Begun(ILogger logger, string topology, string container);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restarted")]
        public static partial void Done(ILogger logger, string topology);
    }
}
