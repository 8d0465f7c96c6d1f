using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.Operations.Deploying;

/// <summary>Step 7: registers the topology with the state manager; this is where one of several submissions wins.</summary>
public sealed class RegisterStep(IStateManager state, PublishedPackages published, TimeProvider time) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "register";

    /// <inheritdoc/>
    public bool IsUndoneInStore => true;

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var (submission, plan) = launch.Planned;
        launch.Note(launch.Progress with { Registered = true });
        try
        {
            await state.RegisterTopologyAsync(
                new TopologyRegistration(
                    submission.Topology, plan.WithHomogeneousScheduledResource().ToProto(), ExecutionStateOf(submission)),
                cancellationToken);
        }
        catch (HeronException e) when (e.Kind == FaultKind.Conflict)
        {
            // What is registered is somebody else's, whatever its id: nothing to undo.
            launch.Note(launch.Progress with { Registered = false });
            throw;
        }

        // The topology is ours now, so its note is too: a kill will find the package by it.
        if (launch.Progress.Package is { } package)
        {
            published.Remember(launch.Package.TopologyId, package);
        }
    }

    /// <inheritdoc/>
    public async Task UndoAsync(Launch launch, CancellationToken cancellationToken)
    {
        if (launch.Progress.Registered)
        {
            // Only with our id: a lost answer may hide that another submission won.
            var identity = launch.Progress.Topology;
            await state.UnregisterTopologyAsync(identity.Name, identity.Id, cancellationToken);
            published.Forget(identity.Id);
        }
    }

    private ExecutionState ExecutionStateOf(ConfiguredSubmission submission)
    {
        var config = submission.Config.Local;
        return new ExecutionState
        {
            TopologyName = submission.Identity.Name,
            TopologyId = submission.Identity.Id,
            SubmissionTime = time.GetUtcNow().ToUnixTimeSeconds(),
            SubmissionUser = submission.Form.User,
            Cluster = submission.Identity.Cluster,
            Role = submission.Identity.Role,
            Environ = submission.Identity.Environment,
            ReleaseState = new HeronReleaseState
            {
                ReleaseUsername = config.GetString(ConfigKeys.BuildUser, string.Empty),
                ReleaseTag = string.Empty,
                ReleaseVersion = config.GetString(ConfigKeys.BuildVersion, string.Empty),
            },
        };
    }
}
