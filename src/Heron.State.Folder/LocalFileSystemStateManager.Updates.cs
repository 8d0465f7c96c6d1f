// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.State.Folder;

/// <content>What changes while a topology is registered.</content>
public sealed partial class LocalFileSystemStateManager
{
    /// <inheritdoc/>
    public Task SetPackingPlanAsync(string topologyName, PackingPlan plan, CancellationToken cancellationToken) =>
        SetAsync(topologyName, _paths.PackingPlan(topologyName), plan, cancellationToken);

    /// <inheritdoc/>
    public Task SetSchedulerLocationAsync(SchedulerLocation location, CancellationToken cancellationToken) =>
        SetAsync(
            location.TopologyName, _paths.SchedulerLocation(location.TopologyName), location, cancellationToken);

    /// <inheritdoc/>
    public Task ForgetTManagerLocationAsync(string topologyName, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                File.Delete(_paths.TManagerLocation(topologyName));
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveDaemonAsync(DaemonRecord dead, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                bool same = FindDaemon(dead.TopologyName, dead.Daemon)?.Mark == dead.Mark;
                if (same)
                {
                    StateFolder.Remove(_paths.Of(dead.Daemon, dead.TopologyName));
                }

                return same;
            },
            cancellationToken);

    private Task<bool> SetAsync(string topologyName, string path, IMessage message, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                if (!File.Exists(_paths.Topology(topologyName)))
                {
                    throw new HeronException(FaultKind.NotFound, $"Topology '{topologyName}' does not exist");
                }

                _folder.Replace(path, message.ToByteArray());
                return true;
            },
            cancellationToken);
}
