using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Waiting for what daemons write: a watch with a deadline, through lost connections and sessions.</content>
public sealed partial class ZooKeeperStateManager
{
    /// <inheritdoc/>
    public Task<TManagerLocation?> WaitForTManagerLocationAsync(
        string topologyName, Func<TManagerLocation?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken) =>
        WaitAsync(
            TManagerLocation.Parser, _paths.TManagerLocation(topologyName), condition, deadline, cancellationToken);

    /// <inheritdoc/>
    public Task<PhysicalPlan?> WaitForPhysicalPlanAsync(
        string topologyName, Func<PhysicalPlan?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken) =>
        WaitAsync(PhysicalPlan.Parser, _paths.PhysicalPlan(topologyName), condition, deadline, cancellationToken);

    private async Task<T?> WaitAsync<T>(
        MessageParser<T> parser,
        string path,
        Func<T?, bool> condition,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        // The first look has at least as long as any other call, so that a wait with no deadline is a read.
        var patience = deadline > _options.Client.OperationTimeout ? deadline : _options.Client.OperationTimeout;
        var reads = new CallBudget(_time, patience);
        long start = _time.GetTimestamp();
        while (true)
        {
            using var whileThere = new NodeWatch();
            using var whileAbsent = new NodeWatch();
            var (node, changed) = await LookAsync(path, whileThere, whileAbsent, reads, cancellationToken);
            if (TryParse(parser, path, node?.Data, out var value) && condition(value))
            {
                return value;
            }

            var left = deadline - _time.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
            {
                try
                {
                    await changed.WaitAsync(left, _time, cancellationToken);
                    continue;
                }
                catch (TimeoutException)
                {
                    // Told below in words that name the node.
                }
            }

            throw new TimeoutException($"'{path}' did not become as expected within {deadline.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The node as it is, and a task that ends with the first change after that, or with the session.</summary>
    private async Task<(NodeData? Node, Task Changed)> LookAsync(
        string path, NodeWatch whileThere, NodeWatch whileAbsent, CallBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            if (await Client.TryGetDataAsync(path, whileThere, budget.Left, cancellationToken) is { } node)
            {
                return (node, whileThere.Fired);
            }

            // Reading a node that is not there sets no watch, asking for it does.
            var createdSince = await Client.ExistsAsync(path, whileAbsent, budget.Left, cancellationToken);
            return (null, createdSince is null ? whileAbsent.Fired : Task.CompletedTask);
        }
        catch (ZooKeeperException e)
        {
            throw StateFaults.From(e, _options.Client.Servers);
        }
    }

    private static bool TryParse<T>(MessageParser<T> parser, string path, byte[]? data, out T? value)
        where T : class, IMessage<T>
    {
        try
        {
            value = StateMessage.Parse(parser, path, data);
            return true;
        }
        catch (UnreadableStateException)
        {
            // What is not readable may be replaced by something that is.
            value = null;
            return false;
        }
    }
}
