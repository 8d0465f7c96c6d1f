// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.CompilerServices;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Waiting for what daemons write, with a deadline, through lost connections and sessions.</content>
public sealed partial class ZooKeeperStateManager
{
    /// <inheritdoc/>
    public async Task<PhysicalPlan?> WaitForPhysicalPlanAsync(
        string topologyName, Func<PhysicalPlan?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken)
    {
        // The first look has as long as any other call, so that a wait with no deadline is a read.
        string path = _paths.PhysicalPlan(topologyName);
        var firstLook = _options.Client.OperationTimeout;
        bool seen = false;
        try
        {
            return await NodeWait.UntilAsync(
                PhysicalPlan.Parser, path, condition, deadline, firstLook, _time, LooksAsync, cancellationToken);
        }
        catch (ZooKeeperException e)
        {
            throw StateFaults.From(e, _options.Client.Servers);
        }
        catch (TimeoutException)
        {
            await RequireConnectionAsync();
            if (seen)
            {
                throw;
            }

            throw new StateStoreAwayException(string.Create(
                CultureInfo.InvariantCulture,
                $"ZooKeeper ({_options.Client.Servers}) gave no answer about '{path}' within {Math.Max(deadline.TotalSeconds, firstLook.TotalSeconds):0.#} s"));
        }

        async IAsyncEnumerable<NodeContent> LooksAsync([EnumeratorCancellation] CancellationToken token)
        {
            await foreach (var node in Client.WatchDataAsync(path, token))
            {
                seen = true;
                yield return new NodeContent(node?.Data);
            }
        }
    }

    /// <summary>Throws what keeps us from ZooKeeper now, if anything does.</summary>
    private async Task RequireConnectionAsync()
    {
        try
        {
            await Client.WaitUntilConnectedAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }
        catch (ZooKeeperException e)
        {
            throw StateFaults.From(e, _options.Client.Servers);
        }
    }
}
