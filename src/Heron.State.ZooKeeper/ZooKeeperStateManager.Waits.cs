using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <content>Waiting for what daemons write, with a deadline, through lost connections and sessions.</content>
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
        long start = _time.GetTimestamp();
        using var late = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        bool seen = false;
        try
        {
            await foreach (var node in Client.WatchDataAsync(path, either.Token))
            {
                if (TryParse(parser, path, node?.Data, out var value) && condition(value))
                {
                    return value;
                }

                if (!seen)
                {
                    seen = true;
                    var left = deadline - _time.GetElapsedTime(start);
                    late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                }
            }
        }
        catch (ZooKeeperException e)
        {
            throw StateFaults.From(e, _options.Client.Servers);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await RequireConnectionAsync();
            if (!seen)
            {
                throw new StateStoreAwayException(
                    $"ZooKeeper ({_options.Client.Servers}) gave no answer about '{path}' within {patience.TotalSeconds:0.#} s");
            }
        }

        throw new TimeoutException($"'{path}' did not become as expected within {deadline.TotalSeconds:0.#} s");
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
