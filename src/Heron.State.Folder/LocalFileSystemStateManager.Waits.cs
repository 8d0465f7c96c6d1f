using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.State.Folder;

/// <content>Waiting for what daemons write, with a deadline.</content>
public sealed partial class LocalFileSystemStateManager
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
        long start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                var value = await DiskAsync(() => Read(parser, path));
                if (condition(value))
                {
                    return value;
                }
            }
            catch (UnreadableStateException e)
            {
                // The daemons may write in place: half a message is not there yet.
                Log.NotReadableYet(_logger, path, e.Message);
            }

            var left = deadline - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"'{path}' did not become as expected within {deadline.TotalSeconds:0.#} s");
            }

            await Task.Delay(left < _options.PollInterval ? left : _options.PollInterval, _time, cancellationToken);
        }
    }
}
