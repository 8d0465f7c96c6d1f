// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Heron.Operations.Activation;
using Heron.Operations.Observe.Containers;
using Heron.Operations.Restart;
using Heron.Operations.Running;
using Heron.Operations.Submit;
using Heron.Operations.Update;

namespace Heron.Operations.History;

/// <summary>Notes what is done to topologies and what becomes of their containers.</summary>
public sealed class TopologyHistory(EventLog log, OwnFolders folders, TimeProvider time) : IOperationWitness, IContainerWitness
{
    private const int MostOfFailure = 2000;

    private readonly ContainerMemories _memories = new(log.All, time);

    /// <inheritdoc/>
    public void Began(TopologyAddress topology) => _memories.Began(topology.Name);

    /// <inheritdoc/>
    public void Ended(EndedOperation operation)
    {
        var happened = EventOf(operation);
        _memories.Ended(operation.Topology.Name, happened);
        if (happened is not null)
        {
            log.Add(happened with
            {
                User = operation.Caller.User,
                Address = operation.Caller.Address,
                RequestId = operation.Caller.RequestId is { Length: > 0 } id ? id : null,
                TookMs = Math.Round(operation.Took.TotalMilliseconds, 1),
                Failure = operation.Fault is { } fault ? ShownText.Line(folders.HideIn(fault.Message), MostOfFailure) : null,
            });
        }
    }

    /// <inheritdoc/>
    public void See(TopologyIdentity topology, IReadOnlyList<ContainerStatus>? before, IReadOnlyList<ContainerStatus> after)
    {
        foreach (var happened in _memories.See(topology, isFirst: before is null, after))
        {
            log.Add(happened);
        }
    }

    private static TopologyEvent? EventOf(EndedOperation operation) => operation.Result switch
    {
        SubmissionOutcome { IsRepeated: true } => null,
        StateChange.AlreadyThere => null,
        SubmissionOutcome outcome => Event(operation, "submitted") with { TopologyId = outcome.Identity.Id, Warnings = Some(outcome.Warnings) },
        UpdateResult update => Event(operation, update.Text) with { Warnings = Some(update.Warnings) },
        RestartedContainers { Container: { } container } restarted =>
            Event(operation, string.Create(CultureInfo.InvariantCulture, $"container {container} restarted"))
                with
            { Container = container, Warnings = Some(restarted.Warnings) },
        RestartedContainers restarted => Event(operation, "all containers restarted") with { Warnings = Some(restarted.Warnings) },
        null => Event(operation, $"{operation.Kind.Name} failed"),
        _ => Event(operation, KindOf(operation)),
    };

    private static IReadOnlyList<string>? Some(IReadOnlyList<string> warnings) => warnings.Count == 0 ? null : warnings;

    private static TopologyEvent Event(EndedOperation operation, string text) => new(
        0,
        operation.Begun,
        KindOf(operation),
        operation.Topology.Cluster,
        operation.Topology.Role,
        operation.Topology.Environment,
        operation.Topology.Name,
        text);

    private static string KindOf(EndedOperation operation) => operation.Kind.Name switch
    {
        "submit" => EventKind.Submitted,
        "update" or "configure" => EventKind.Updated,
        "restart" => EventKind.Restarted,
        "activate" => EventKind.Activated,
        "deactivate" => EventKind.Paused,
        "kill" => EventKind.Killed,
        var other => other,
    };
}
