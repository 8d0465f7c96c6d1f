// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Changing nodes of a registered topology. Doing these twice is doing them once, so a lost answer means: again.</content>
public sealed partial class ZooKeeperStateManager
{
    /// <inheritdoc/>
    public Task SetPackingPlanAsync(string topologyName, PackingPlan plan, CancellationToken cancellationToken) =>
        SetAsync(topologyName, _paths.PackingPlan(topologyName), plan, usuallyExists: true, cancellationToken);

    /// <inheritdoc/>
    public Task SetSchedulerLocationAsync(SchedulerLocation location, CancellationToken cancellationToken) =>
        SetAsync(
            location.TopologyName,
            _paths.SchedulerLocation(location.TopologyName),
            location,
            usuallyExists: false,
            cancellationToken);

    /// <inheritdoc/>
    public Task ForgetTManagerLocationAsync(string topologyName, CancellationToken cancellationToken)
    {
        // Ephemeral: ZooKeeper removes it with the topology manager's session.
        _ = _paths.TManagerLocation(topologyName);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DaemonRecord?> FindDaemonAsync(string topologyName, PublishingDaemon daemon, CancellationToken cancellationToken) =>
        CallAsync(async budget =>
        {
            string path = _paths.Of(daemon, topologyName);
            await Client.SyncAsync(path, budget.Left, cancellationToken);
            var read = await NodeReads.ReadAsync(Client, path, null, budget.Left, cancellationToken);
            return read.Stat is { } stat ? new DaemonRecord(topologyName, daemon, MarkOf(stat)).Read(read.Content) : null;
        });

    /// <inheritdoc/>
    /// <remarks>
    /// ZooKeeper deletes by version only, and a node that another daemon has made since has the same version as the first had. So
    /// the node is looked at once more, after a sync: in the moment between that and the deletion a session would have to end and
    /// another daemon to publish.
    /// </remarks>
    public Task<bool> RemoveDaemonAsync(DaemonRecord dead, CancellationToken cancellationToken) =>
        CallAsync(async budget =>
        {
            string path = _paths.Of(dead.Daemon, dead.TopologyName);
            for (int retries = 0; ;)
            {
                try
                {
                    await Client.SyncAsync(path, budget.Left, cancellationToken);
                    var stat = await Client.ExistsAsync(path, timeout: budget.Left, cancellationToken: cancellationToken);
                    if (stat is null || MarkOf(stat) != dead.Mark)
                    {
                        return retries > 0 && stat is null;
                    }

                    await Client.DeleteAsync(path, stat.Version, budget.ForWrite, cancellationToken);
                    Log.DaemonRemoved(_logger, path, stat.EphemeralOwner);
                    return true;
                }
                catch (ZooKeeperServerException e) when (e.Code is ErrorCode.NoNode or ErrorCode.BadVersion)
                {
                    return false;
                }
                catch (ZooKeeperException e) when (e.MayHaveHappened && budget.AllowsWrite && retries++ < _options.RetryCount)
                {
                    Log.AnswerLost(_logger, "removal of a daemon's node", dead.TopologyName, e.Message);
                }
            }
        });

    /// <summary>The transaction that made the node is like no other one; the version tells whether it was set since.</summary>
    private static string MarkOf(NodeStat stat) =>
        string.Create(CultureInfo.InvariantCulture, $"{stat.CreatedZxid:x}/{stat.EphemeralOwner:x}/{stat.Version}");

    private Task<bool> SetAsync(
        string topologyName, string path, IMessage message, bool usuallyExists, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] data = message.ToByteArray();
        string topology = _paths.Topology(topologyName);
        return CallAsync(async budget =>
        {
            bool exists = usuallyExists;
            int retries = 0;
            for (int repairs = 0; ;)
            {
                Operation write = exists ? Operation.SetData(path, data) : Operation.Create(path, data, acl: _options.Acl);
                try
                {
                    await Client.MultiAsync([Operation.Check(topology), .. _tree.Checks(), write], budget.ForWrite);
                    return;
                }
                catch (ZooKeeperMultiException e) when (e.Code == ErrorCode.NoNode && e.Path == topology)
                {
                    throw new HeronException(FaultKind.NotFound, $"Topology '{topologyName}' does not exist");
                }
                catch (ZooKeeperMultiException e) when (e.Code == ErrorCode.NoNode && e.Path == path && repairs++ < MaxRepairs)
                {
                    exists = false;
                }
                catch (ZooKeeperMultiException e) when (e.Code == ErrorCode.NoNode && repairs++ < MaxRepairs)
                {
                    await _tree.EnsureAsync(Client, budget, _disposing.Token);
                }
                catch (ZooKeeperMultiException e) when (e.Code == ErrorCode.NodeExists && repairs++ < MaxRepairs)
                {
                    exists = true;
                }
                catch (ZooKeeperException e) when (
                    (e.MayHaveHappened || e.Code is ErrorCode.SessionExpired or ErrorCode.SessionMoved)
                    && budget.AllowsWrite
                    && retries++ < _options.RetryCount)
                {
                    Log.AnswerLost(_logger, "a change", topologyName, e.Message);
                }
            }
        });
    }
}
