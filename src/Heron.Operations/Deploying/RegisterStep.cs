// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Operations.Journal;
using Heron.Operations.Running;

namespace Heron.Operations.Deploying;

/// <summary>Registers the topology with the state manager; this is where one of several submissions wins.</summary>
public sealed class RegisterStep(
    IStateManager state, LeftLocations locations, PublishedPackages published, TimeProvider time) : ILaunchStep
{
    /// <inheritdoc/>
    public string Name => "register";

    /// <inheritdoc/>
    public bool IsUndoneInStore => true;

    /// <inheritdoc/>
    public async Task RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        var planned = launch.Planned;
        await launch.NoteAsync(launch.Progress with { Registered = true }, cancellationToken);
        try
        {
            await state.RegisterTopologyAsync(
                new TopologyRegistration(
                    planned.Topology, planned.Plan.WithHomogeneousScheduledResource().ToProto(), ExecutionStateOf(launch)),
                cancellationToken);
        }
        catch (HeronException e) when (e.Kind == FaultKind.Conflict)
        {
            // What is registered is somebody else's, whatever its id: nothing to undo.
            await launch.NoteAsync(launch.Progress with { Registered = false }, cancellationToken);
            throw;
        }

        // The topology is ours now, so its note is too: a kill will find the package by it.
        if (launch.Progress.Package is { } package)
        {
            published.Remember(planned.Identity, package);
        }
    }

    /// <inheritdoc/>
    public async Task UndoAsync(DeploymentIntent intent, CancellationToken cancellationToken)
    {
        if (intent.MayBeRegistered)
        {
            // Its containers have ended. A topology that is submitted again would wait for what they left.
            await locations.RemoveOfEndedAsync(intent.Topology, cancellationToken);

            // Only with its id: a lost answer may hide that another submission won.
            await state.UnregisterTopologyAsync(intent.Topology.Name, intent.Topology.Id, cancellationToken);
            published.Forget(intent.Topology);
        }
    }

    private ExecutionState ExecutionStateOf(Launch launch)
    {
        var (identity, config) = (launch.Planned.Identity, launch.Planned.Config.Local);
        return new ExecutionState
        {
            TopologyName = identity.Name,
            TopologyId = identity.Id,
            SubmissionTime = time.GetUtcNow().ToUnixTimeSeconds(),
            SubmissionUser = launch.User,
            Cluster = identity.Cluster,
            Role = identity.Role,
            Environ = identity.Environment,
            ReleaseState = new HeronReleaseState
            {
                ReleaseUsername = config.GetString(ConfigKeys.BuildUser, string.Empty),
                ReleaseTag = string.Empty,
                ReleaseVersion = config.GetString(ConfigKeys.BuildVersion, string.Empty),
            },
        };
    }
}
