// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.State.Folder;

/// <content>Waiting for what daemons write, with a deadline.</content>
public sealed partial class LocalFileSystemStateManager
{
    /// <inheritdoc/>
    public Task<PhysicalPlan?> WaitForPhysicalPlanAsync(
        string topologyName, Func<PhysicalPlan?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken)
    {
        string path = _paths.PhysicalPlan(topologyName);
        return NodeWait.UntilAsync(
            PhysicalPlan.Parser, path, condition, deadline, firstLook: TimeSpan.Zero, _time, token => LooksAsync(path, token), cancellationToken);
    }

    private async IAsyncEnumerable<NodeContent> LooksAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return await DiskAsync(() => StateFolder.Read(path));
            await Task.Delay(_options.PollInterval, _time, cancellationToken);
        }
    }
}
