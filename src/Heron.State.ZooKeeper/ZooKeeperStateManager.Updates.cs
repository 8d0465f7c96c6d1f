using Google.Protobuf;
using Heron.Core;
using Heron.Core.Protobuf;
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
