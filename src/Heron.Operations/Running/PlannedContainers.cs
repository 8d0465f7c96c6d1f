// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Running;

/// <summary>
/// Compares the containers that a packing plan wants with those that the scheduler has, makes missing ones again, and waits until
/// new ones run.
/// </summary>
public sealed partial class PlannedContainers(IScheduler scheduler, TimeProvider time, ILogger<PlannedContainers> logger)
{
    /// <summary>A new container that was started again so often does not come up by waiting.</summary>
    private const int MostRestarts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>All containers of a plan, with that of the topology manager, which is in none; sorted.</summary>
    public static IReadOnlyList<int> Of(PackingPlan plan) => [.. plan.ContainerPlans.Select(c => c.Id).Append(0).Distinct().Order()];

    /// <summary>For example <c>containers 2, 3</c>.</summary>
    public static string Words(IReadOnlyList<int> containers) => (containers.Count == 1 ? "container " : "containers ")
        + string.Join(", ", containers.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes those again that the plan has and the scheduler does not; one that somebody stopped counts as missing.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="planned">Those that there should be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Sentences for whoever asked: which were made again, and what the scheduler has to say about them.</returns>
    /// <exception cref="HeronException">They cannot be made again; the message names them.</exception>
    public async Task<IReadOnlyList<string>> CompleteAsync(
        TopologyIdentity topology, IReadOnlyList<int> planned, CancellationToken cancellationToken)
    {
        var missing = planned.Except(await scheduler.ListContainersAsync(topology, cancellationToken)).ToList();
        return missing.Count == 0 ? [] : await MakeAgainAsync(topology, missing, cancellationToken);
    }

    /// <summary>Makes containers again of which it is known that they are missing.</summary>
    /// <inheritdoc cref="CompleteAsync"/>
    public async Task<IReadOnlyList<string>> MakeAgainAsync(
        TopologyIdentity topology, IReadOnlyList<int> missing, CancellationToken cancellationToken)
    {
        var which = Words(missing);
        try
        {
            var result = await scheduler.AddContainersAsync(topology, missing, cancellationToken);
            Log.MadeAgain(logger, topology.Name, which);
            return [$"{which} {(missing.Count == 1 ? "was" : "were")} missing in the scheduler, and made again from the packing plan", .. result.Warnings];
        }
        catch (HeronException e)
        {
            throw new HeronException(
                e.Kind,
                $"{which} of topology '{topology.Name}' {(missing.Count == 1 ? "is" : "are")} missing in the scheduler and cannot be made again: "
                + $"{e.Message}. If that does not change, kill the topology and submit it again",
                e);
        }
    }

    /// <summary>
    /// Makes sure that containers run that must go on running, before something is begun that waits for all of them. Missing ones
    /// are made again; one that ended and is started again by itself is no reason to refuse.
    /// </summary>
    /// <param name="topology">Whose.</param>
    /// <param name="needed">Those containers.</param>
    /// <param name="limit">How long those that were missing may take until they run.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Sentences for whoever asked: which were made again.</returns>
    /// <exception cref="HeronException">
    /// Some cannot be made again, or <see cref="FaultKind.Unavailable"/>: have no place; the message names them and why.
    /// </exception>
    public async Task<IReadOnlyList<string>> RequireAsync(
        TopologyIdentity topology, IReadOnlyList<int> needed, TimeSpan limit, CancellationToken cancellationToken)
    {
        var status = (await scheduler.Inspector.InspectAsync(topology, needed, cancellationToken)).Where(s => needed.Contains(s.Container)).ToList();
        var waiting = status.Where(s => s.State == ContainerState.Pending).ToList();
        if (waiting.Count > 0)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"{Describe(waiting)}. Nothing was changed: all containers that stay have to run first. Make room for them, or let the "
                + "new plan do without them");
        }

        var missing = status.Where(s => s.State is ContainerState.Missing or ContainerState.Stopped).Select(s => s.Container).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        var said = await MakeAgainAsync(topology, missing, cancellationToken);
        await UntilTheyRunAsync(topology, missing, limit, pendingIsFine: false, cancellationToken);
        return said;
    }

    /// <summary>Waits until containers run that the scheduler was asked for just now.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="containers">Those containers.</param>
    /// <param name="limit">How long that may take.</param>
    /// <param name="pendingIsFine">
    /// Whether one without a place counts as well: the scheduler has been asked whether it may go on without, and does when told so.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Unavailable"/>: one fails again and again, or the time is over; the message has the scheduler's reasons.
    /// </exception>
    public async Task UntilTheyRunAsync(
        TopologyIdentity topology, IReadOnlyList<int> containers, TimeSpan limit, bool pendingIsFine, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var open = (await scheduler.Inspector.InspectAsync(topology, containers, cancellationToken))
                .Where(s => containers.Contains(s.Container) && !IsUp(s, pendingIsFine)).ToList();
            if (open.Count == 0)
            {
                return;
            }

            var isOver = time.GetElapsedTime(started) >= limit;
            if (isOver || open.Exists(IsHopeless))
            {
                throw new HeronException(
                    FaultKind.Unavailable,
                    isOver ? $"{Describe(open)}; {limit.TotalSeconds:0} s were waited for that" : Describe([.. open.Where(IsHopeless)]));
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>What keeps containers from running, by the scheduler's word; null when all run, or it does not tell.</summary>
    public async Task<string?> TroubleAsync(TopologyIdentity topology, PackingPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            var planned = Of(plan);
            var open = (await scheduler.Inspector.InspectAsync(topology, planned, cancellationToken))
                .Where(s => planned.Contains(s.Container) && s.State != ContainerState.Running).ToList();
            return open.Count == 0 ? null : Describe(open);
        }
        catch (HeronException e)
        {
            return $"the scheduler cannot be asked about them: {e.Message}";
        }
    }

    private static bool IsUp(ContainerStatus status, bool pendingIsFine) =>
        status.State == ContainerState.Running || (pendingIsFine && status.State == ContainerState.Pending);

    private static bool IsHopeless(ContainerStatus status) =>
        status.State is ContainerState.Missing or ContainerState.Stopped
        || (status.State == ContainerState.Failing && status.Restarts >= MostRestarts);

    private static string Describe(IReadOnlyList<ContainerStatus> containers) => string.Join(
        "; ",
        containers.GroupBy(c => (c.State, c.Reason), c => c.Container)
            .Select(g => $"{Words([.. g])} {StateWords(g.Key.State)}{(g.Key.Reason is { } reason ? ": " + reason : "")}"));

    private static string StateWords(ContainerState state) => state switch
    {
        ContainerState.Pending => "cannot run yet",
        ContainerState.Starting => "is still being started",
        ContainerState.Running => "runs",
        ContainerState.Failing => "fails",
        ContainerState.Stopped => "was stopped",
        ContainerState.Missing => "is missing",
        _ => "is " + state.ToString().ToLowerInvariant(),
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "topology {Topology}: {Containers} missing in the scheduler, made again from the packing plan")]
        public static partial void MadeAgain(ILogger logger, string topology, string containers);
    }
}
