// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Registering and unregistering: one transaction each, looked up when its answer is lost.</content>
public sealed partial class ZooKeeperStateManager
{
    /// <summary>Room for paths and headers in a transaction's frame.</summary>
    private const int FrameOverhead = 8 * 1024;

    /// <summary>How often others may change the nodes under our hands before we give up; each time something was repaired.</summary>
    private const int MaxRepairs = 20;

    private enum Outcome
    {
        Happened,
        DidNotHappen,
        Unknown,
    }

    /// <inheritdoc/>
    public Task RegisterTopologyAsync(TopologyRegistration registration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var nodes = new RegisteredNodes(_paths, registration, _options.Acl);
        if (nodes.Size > _options.Client.MaxFrameBytes - FrameOverhead)
        {
            throw new HeronException(
                FaultKind.TooLarge,
                $"The state of topology '{nodes.Name}' has {nodes.Size} bytes, more than ZooKeeper takes in one request ({_options.Client.MaxFrameBytes}): make its configuration smaller, or raise jute.maxbuffer of the servers and {ZooKeeperStateKeys.MaxBuffer}");
        }

        // From here on the caller's token does not count: a transaction that was sent cannot be taken back.
        return CallAsync(async budget =>
        {
            await UndoAsync(nodes.Name, budget);
            await RegisterAsync(nodes, budget);
        });
    }

    /// <inheritdoc/>
    public Task<bool> UnregisterTopologyAsync(
        string topologyName, string? onlyWithId, CancellationToken cancellationToken) =>

        // Doing it twice is doing it once, so it may be cut off anywhere.
        CallAsync(async budget =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
            return await UnregisterAsync(topologyName, onlyWithId, budget, either.Token);
        });

    private async Task RegisterAsync(RegisteredNodes nodes, CallBudget budget)
    {
        var operations = nodes.Create(_tree);
        int retries = 0;
        for (int repairs = 0; ;)
        {
            try
            {
                await Client.MultiAsync(operations, budget.ForWrite);
                return;
            }
            catch (ZooKeeperMultiException e) when (e.Code == ErrorCode.NoNode && repairs++ < MaxRepairs)
            {
                await _tree.EnsureAsync(Client, budget, _disposing.Token);
            }
            catch (ZooKeeperMultiException e) when (e.Code == ErrorCode.NodeExists && repairs++ < MaxRepairs)
            {
                var present = await OwnedNodes.ReadAsync(Client, _paths, nodes.Name, budget, _disposing.Token);
                operations = present.Topology is null
                    ? nodes.Replace(_tree, present)
                    : throw new HeronException(FaultKind.Conflict, $"Topology '{nodes.Name}' already exists");
            }
            catch (ZooKeeperException e) when (e.MayHaveHappened)
            {
                Log.AnswerLost(_logger, "registration", nodes.Name, e.Message);
                switch (await FindOutAsync(nodes, budget))
                {
                    case Outcome.Happened:
                        Log.HadHappened(_logger, "registration", nodes.Name);
                        return;
                    case Outcome.DidNotHappen when budget.AllowsWrite && retries++ < _options.RetryCount:
                        continue;
                    case Outcome.DidNotHappen:
                        throw;
                    default:
                        GiveUp(nodes);
                        throw;
                }
            }
            catch (ZooKeeperException e) when (
                e.Code is ErrorCode.SessionExpired or ErrorCode.SessionMoved && budget.AllowsWrite && retries++ < _options.RetryCount)
            {
                // Refused, and the next session may do it.
                continue;
            }
        }
    }

    /// <summary>Whether a registration whose answer was lost took place.</summary>
    private async Task<Outcome> FindOutAsync(RegisteredNodes nodes, CallBudget budget)
    {
        try
        {
            // After the sync no server can show us a state from before our write; and a request of ours that an old
            // connection still carries is refused once the session has moved on.
            var present = await OwnedNodes.ReadAsync(Client, _paths, nodes.Name, budget, _disposing.Token);
            return present.Topology is not null && present.OwnerId == nodes.Id ? Outcome.Happened : Outcome.DidNotHappen;
        }
        catch (ZooKeeperException)
        {
            return Outcome.Unknown;
        }
    }

    private void GiveUp(RegisteredNodes nodes)
    {
        Log.OutcomeUnknown(_logger, nodes.Name, nodes.Id);
        _undo.Add(nodes.Name, nodes.Id);
        _caretaker?.Wake();
    }

    /// <summary>
    /// Undoes what was registered under a name without anybody having been told. One at a time, and each once: what is
    /// registered afterwards, even with the same id, is none of it.
    /// </summary>
    private async Task UndoAsync(string name, CallBudget budget)
    {
        if (_undo.IdFor(name) is null)
        {
            return;
        }

        if (!await _undoing.WaitAsync(budget.Left, _disposing.Token))
        {
            throw new HeronException(
                FaultKind.Unavailable, $"An earlier registration of topology '{name}' is still being undone; try again");
        }

        try
        {
            if (_undo.IdFor(name) is { } id)
            {
                bool removed = await UnregisterAsync(name, id, budget, _disposing.Token);
                _undo.Done(name, id);
                Log.Undone(_logger, name, id, removed);
            }
        }
        finally
        {
            _undoing.Release();
        }
    }

    private async Task<bool> UnregisterAsync(
        string name, string? onlyWithId, CallBudget budget, CancellationToken cancellationToken)
    {
        bool registered = false;
        int retries = 0;
        for (int repairs = 0; ;)
        {
            var present = await OwnedNodes.ReadAsync(Client, _paths, name, budget, cancellationToken);
            if (present.AreNone || (onlyWithId is not null && present.OwnerId is { } owner && owner != onlyWithId))
            {
                return registered;
            }

            try
            {
                registered |= present.Topology is not null;
                await Client.MultiAsync(Deletions(name, present), budget.ForWrite, cancellationToken);
                return registered;
            }
            catch (ZooKeeperMultiException e) when (
                e.Code is ErrorCode.NoNode or ErrorCode.NotEmpty or ErrorCode.BadVersion && repairs++ < MaxRepairs)
            {
                // Somebody else changed something meanwhile: look again.
                continue;
            }
            catch (ZooKeeperException e) when (
                (e.MayHaveHappened || e.Code is ErrorCode.SessionExpired or ErrorCode.SessionMoved)
                && budget.AllowsWrite
                && retries++ < _options.RetryCount)
            {
                Log.AnswerLost(_logger, "removal", name, e.Message);
            }
        }
    }

    /// <summary>
    /// Locations of the topology manager and the metrics cache are left to their ephemeral owners; checkpoints stay, so that
    /// a resubmission can resume.
    /// </summary>
    private List<Operation> Deletions(string name, OwnedNodes present)
    {
        // What lies below a node has to go before it.
        var operations = present.Others.Select(path => Operation.Delete(path)).ToList();
        if (present.Topology is { } topology)
        {
            operations.Add(Operation.Delete(_paths.Topology(name), topology.Version));
        }

        if (present.ExecutionState is not null)
        {
            operations.Add(Operation.Delete(_paths.ExecutionState(name)));
        }

        if (present.PackingPlan is not null)
        {
            operations.Add(Operation.Delete(_paths.PackingPlan(name)));
        }

        operations.AddRange(present.Locks.Select(path => Operation.Delete(path)));
        return operations;
    }
}
