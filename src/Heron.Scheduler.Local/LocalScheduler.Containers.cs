// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Scheduler.Local;

/// <content>Starting and ending containers, each wish written down before it is fulfilled.</content>
internal sealed partial class LocalScheduler
{
    private ContainerSupervisor Supervise(RunningTopology topology, int containerId)
    {
        var container = new ContainerSupervisor(
            topology.Spec, topology.Folder, containerId, _launcher, _settings, _changes, _time, _logger);
        topology.Containers[containerId] = container;
        return container;
    }

    /// <summary>Writes the wish down first: a server that dies here leaves containers that the next one starts or ends.</summary>
    private async Task AddAsync(RunningTopology topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        foreach (var id in containerIds)
        {
            topology.Folder.Want(id);
        }

        await EachAsync(containerIds, (id, token) => Supervise(topology, id).BeginAsync(token), cancellationToken);
    }

    private async Task RemoveAsync(RunningTopology topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        foreach (var id in containerIds)
        {
            topology.Folder.Unwant(id);
        }

        await EachAsync(
            containerIds,
            async (id, token) =>
            {
                if (topology.Containers.TryGetValue(id, out var container))
                {
                    await container.EndAsync(token);
                    topology.Containers.TryRemove(id, out _);
                }

                await _cleaner.CleanAsync(topology.Spec, id, token);
                topology.Folder.Forget(id);
            },
            cancellationToken);
    }

    /// <summary>
    /// Ends what the supervisors keep, what the files name, and what carries the topology's mark though nothing names it.
    /// </summary>
    private async Task<int> EndEverythingAsync(
        TopologyFolder folder, string topologyId, RunningTopology? topology, CancellationToken cancellationToken)
    {
        var marks = ContainerMark.Running(folder);
        if (topology is null && marks.Count == 0 && !Directory.Exists(folder.Path))
        {
            return 0;
        }

        var spec = topology?.Spec ?? folder.ReadSpec();
        folder.MarkKilled();
        var containers = folder.Wanted().Concat(folder.Started()).Concat(topology?.Containers.Keys ?? [])
            .Select(id => ContainerMark.Of(folder, id))
            .Concat(marks)
            .ToHashSet(StringComparer.Ordinal);
        await EachAsync(
            containers,
            async (mark, token) =>
            {
                var id = ContainerMark.ContainerIn(mark);
                if (topology is not null && topology.Containers.TryGetValue(id, out var container))
                {
                    await container.EndAsync(token);
                }
                else
                {
                    await ProcessGroup.EndAsync(folder.ReadPid(id), mark, _settings.KillGrace, _time, token);
                }

                if (spec is not null && id >= 0)
                {
                    await _cleaner.CleanAsync(spec, id, token);
                }
            },
            cancellationToken);
        folder.Remove();
        return containers.Count;
    }

    /// <summary>Removes what was kept long enough, at the start and then again and again.</summary>
    private async Task SweepAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _cleaner.SweepAsync(stop);
                await Task.Delay(BetweenSweeps, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    /// <summary>Ends what an operation that failed has begun, and says what the operation failed with.</summary>
    private static async Task<HeronException> AfterUndoingAsync(Exception fault, Func<Task> undo)
    {
        try
        {
            await undo();
            return AsHeron(fault);
        }
        catch (Exception left) when (left is HeronException || IsOfThisMachine(left))
        {
            var first = AsHeron(fault);
            // Never a conflict, which says that nothing was begun.
            return new HeronException(
                first.Kind == FaultKind.Conflict ? FaultKind.Internal : first.Kind,
                $"{first.Message} Besides, not all that was begun could be ended: {left.Message}",
                fault);
        }
    }

    private static bool IsOfThisMachine(Exception fault) => fault is IOException or TimeoutException or UnauthorizedAccessException;

    private static HeronException AsHeron(Exception fault) => fault as HeronException
        ?? (fault is OperationCanceledException
            ? new HeronException(FaultKind.Unavailable, "starting containers was interrupted", fault)
            : new HeronException(FaultKind.Internal, $"containers cannot be started or ended on this machine: {fault.Message}", fault));
}
