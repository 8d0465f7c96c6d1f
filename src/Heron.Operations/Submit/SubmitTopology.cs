// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Deploying;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Kill;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Submit;

/// <summary>
/// The way of a submission: configure, plan (a dry run ends here), package, and launch. What a step decided is handed on as a
/// value; nothing is read or decided twice.
/// </summary>
public sealed partial class SubmitTopology(
    ConfigureStep configure,
    PlanStep plan,
    DryRunStep dryRun,
    PackageStep package,
    Launcher launcher,
    OperationRunner runner,
    TopologyEnding ending,
    PlanningGate gate,
    TopologyIds ids,
    IScheduler scheduler,
    IStateManager state,
    ILogger<SubmitTopology> logger)
{
    private static readonly OperationKind Submission = new("submit", NeedsTopology: false);

    /// <summary>Submits what a form asks for.</summary>
    /// <param name="form">What the client sent.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="callerLeft">Cancelled when the client leaves; counts until the launch begins.</param>
    /// <exception cref="HeronException">The form asks for something wrong, or a step failed; then nothing is left of it.</exception>
    public async Task<SubmissionOutcome> RunAsync(SubmissionForm form, Caller caller, CancellationToken callerLeft)
    {
        ConfiguredSubmission configured;
        PlannedTopology planned;
        using (await gate.EnterAsync(caller, callerLeft))
        {
            configured = await configure.RunAsync(form, callerLeft);
            planned = plan.Run(configured, callerLeft);

            // Before anything is done for it: an executor that no node could start, settings that the scheduler cannot take.
            _ = ExecutorCommand.Arguments(planned, containerId: 0);
            scheduler.Check(planned);
            if (form.Has(RequestFlags.DryRun))
            {
                return new SubmissionOutcome(planned.Identity) { DryRun = dryRun.Run(planned, form) };
            }
        }

        var identity = planned.Identity;
        return await runner.RunAsync(
            Submission,
            caller,
            new TopologyAddress(identity.Cluster, identity.Role, identity.Environment, identity.Name),
            (_, token) => FindAsync(configured, token),
            (found, token) => found.IsRunning
                ? Task.FromResult(new SubmissionOutcome(identity) { IsRepeated = true })
                : LaunchAsync(configured, planned, found.Left, token, callerLeft),
            callerLeft);
    }

    private async Task<SubmissionOutcome> LaunchAsync(
        ConfiguredSubmission configured,
        PlannedTopology planned,
        IReadOnlyList<KillIntent> left,
        CancellationToken cancellationToken,
        CancellationToken callerLeft)
    {
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, callerLeft);
        using var claim = await ids.ClaimAsync(planned.Identity, wanted.Token);
        foreach (var kill in left)
        {
            await ending.EndAsync(kill, cancellationToken);
        }

        var file = await package.RunAsync(configured, wanted.Token);
        IReadOnlyList<string> warnings =
        [
            .. left.Select(kill => $"containers of {kill.Topology.Id} ran, of which the state knew nothing; they were removed first"),
            .. configured.Warnings,
            .. await launcher.RunAsync(planned, file, configured.Form.User, cancellationToken),
        ];
        foreach (var warning in warnings)
        {
            Log.Warned(logger, planned.Identity.Name, ShownText.Of(warning));
        }

        return new SubmissionOutcome(planned.Identity) { Warnings = warnings };
    }

    /// <summary>
    /// Whether this very submission runs already (its client did not get the answer and sent it again), and what has to be removed
    /// before it can run.
    /// </summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Conflict"/> when another topology of that name runs, or containers of one of which the state knows nothing
    /// and which nobody asked to remove.
    /// </exception>
    private async Task<Found> FindAsync(ConfiguredSubmission configured, CancellationToken cancellationToken)
    {
        var identity = configured.Identity;
        if (!await state.IsTopologyRunningAsync(identity.Name, cancellationToken))
        {
            return new Found(IsRunning: false, await FindLeftAsync(configured, cancellationToken));
        }

        var running = await state.GetExecutionStateAsync(identity.Name, cancellationToken);
        if (running is null
            || running.TopologyId != identity.Id
            || running.Cluster != identity.Cluster
            || running.Role != identity.Role
            || running.Environ != identity.Environment)
        {
            throw new HeronException(FaultKind.Conflict, $"Topology '{identity.Name}' already exists");
        }

        Log.Repeated(logger, identity.Name, identity.Id);
        return new Found(IsRunning: true, []);
    }

    private async Task<IReadOnlyList<KillIntent>> FindLeftAsync(ConfiguredSubmission configured, CancellationToken cancellationToken)
    {
        var (cluster, role, environment, name, _) = configured.Identity;
        var left = (await scheduler.Inspector.FindAsync(cluster, role, environment, name, cancellationToken))
            .Where(t => t.Containers.Count > 0).ToList();
        if (left.Count > 0 && !configured.Config.Local.GetBoolean(SubmissionKeys.RemoveLeftContainers, false))
        {
            var which = string.Join("; ", left.Select(t => $"{PlannedContainers.Words(t.Containers)} of {t.Id}"));
            throw new HeronException(
                FaultKind.Conflict,
                $"Topology '{name}' already exists: the state knows nothing of it, but its containers run ({which}). Kill it first "
                + $"({KillAdvice.Of(new TopologyAddress(cluster, role, environment, name))}), or submit it with "
                + $"{SubmissionKeys.RemoveLeftContainers}=true, which removes them");
        }

        var kills = new List<KillIntent>();
        foreach (var topology in left)
        {
            kills.Add(await ending.IntentAsync(topology.Identity(cluster, role, environment), cancellationToken));
        }

        return kills;
    }

    /// <param name="IsRunning">Whether it runs already.</param>
    /// <param name="Left">What has to go first.</param>
    private sealed record Found(bool IsRunning, IReadOnlyList<KillIntent> Left);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: {Id} runs already, nothing to do")]
        public static partial void Repeated(ILogger logger, string topology, string id);

        [LoggerMessage(Level = LogLevel.Warning, Message = "topology {Topology}: {Warning}")]
        public static partial void Warned(ILogger logger, string topology, string warning);
    }
}
