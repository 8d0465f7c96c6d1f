using Heron.Core;
using Heron.Core.State;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Heron.Operations.Deploying;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Submit;

/// <summary>The way of a submission: form, configuration, definition, plan, package, and the launch.</summary>
public sealed partial class SubmissionPipeline(
    ConfigureStep configure,
    PlanStep plan,
    Deployments deployments,
    DryRunStep dryRun,
    PackageStep package,
    Launcher launcher,
    IStateManager state,
    OperationGate gate,
    JournalRecovery recovery,
    InstanceFolder instance,
    OperationLifetime lifetime,
    ILogger<SubmissionPipeline> logger)
{
    /// <summary>Submits what a form asks for.</summary>
    /// <param name="form">What the client sent.</param>
    /// <param name="workspace">Where its files are, and where the package is made.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="clientGone">Cancelled when the client leaves; counts until the launch begins.</param>
    public async Task<SubmissionOutcome> SubmitAsync(
        SubmissionForm form, Workspace workspace, Caller caller, CancellationToken clientGone)
    {
        var submission = await configure.RunAsync(form, clientGone);
        var planned = plan.Run(submission);
        await deployments.CheckAsync(planned, clientGone);
        if (submission.Form.Has("dry_run"))
        {
            return new SubmissionOutcome(submission.Identity) { DryRun = await dryRun.RunAsync(planned, clientGone) };
        }

        var name = submission.Identity.Name;
        using var lease = await gate.EnterAsync(name, "submit", caller, clientGone);
        await recovery.SettleAsync(name, clientGone);
        if (await IsRunningAsync(submission.Identity, clientGone))
        {
            Log.Repeated(logger, name, submission.Identity.Id);
            return new SubmissionOutcome(submission.Identity);
        }

        var launch = new Launch(planned, await package.RunAsync(submission, workspace, clientGone), instance.Id);
        await launcher.RunAsync(launch, lifetime.Ending);
        foreach (var warning in launch.Warnings)
        {
            Log.Warned(logger, name, SafeNames.Printable(warning));
        }

        return new SubmissionOutcome(submission.Identity) { Warnings = launch.Warnings };
    }

    /// <summary>Whether this very submission runs already: its client did not get the answer and sent it again.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/> when another topology of that name runs.</exception>
    private async Task<bool> IsRunningAsync(TopologyIdentity identity, CancellationToken cancellationToken)
    {
        if (!await state.IsTopologyRunningAsync(identity.Name, cancellationToken))
        {
            return false;
        }

        var running = await state.GetExecutionStateAsync(identity.Name, cancellationToken);
        return running is not null
            && running.TopologyId == identity.Id
            && running.Cluster == identity.Cluster
            && running.Role == identity.Role
            && running.Environ == identity.Environment
                ? true
                : throw new HeronException(FaultKind.Conflict, $"Topology '{identity.Name}' already exists");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: {Id} runs already, nothing to do")]
        public static partial void Repeated(ILogger logger, string topology, string id);

        [LoggerMessage(Level = LogLevel.Warning, Message = "topology {Topology}: {Warning}")]
        public static partial void Warned(ILogger logger, string topology, string warning);
    }
}
