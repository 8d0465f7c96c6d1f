using Heron.ApiServer.Lifecycle;
using Heron.ApiServer.Lifecycle.Exclusion;
using Heron.ApiServer.Submission.Journal;
using Heron.ApiServer.Topologies;
using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.ApiServer.Submission;

/// <summary>Restarts one container of a running topology, or all.</summary>
public sealed partial class RestartOperation(
    RunningTopologies running,
    IScheduler scheduler,
    IStateManager state,
    JournalRecovery recovery,
    OperationGate gate,
    OperationLifetime lifetime,
    ILogger<RestartOperation> logger)
{
    private const int TopologyManagerContainer = 0;

    /// <summary>Restarts.</summary>
    /// <param name="path">Which topology.</param>
    /// <param name="container">The container, 0 included; null for all.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait before the restart begins.</param>
    public async Task RunAsync(TopologyPath path, int? container, string client, CancellationToken cancellationToken)
    {
        using var lease = await gate.EnterAsync(path.Name, "restart", client, cancellationToken);
        await recovery.SettleAsync(path.Name, cancellationToken);
        var topology = await running.FindAsync(path.Cluster, path.Role, path.Environment, path.Name, cancellationToken);
        Log.Begun(logger, path.Name, container?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all");
        if (container is null or TopologyManagerContainer)
        {
            // Before the restart: a new topology manager takes a location that is there for that of a living one, and
            // what it writes itself must stay.
            await state.ForgetTManagerLocationAsync(path.Name, lifetime.Ending);
        }

        await scheduler.RestartAsync(topology.Identity, container, lifetime.Ending);
        Log.Done(logger, path.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restart of container {Container} begins")]
        public static partial void Begun(ILogger logger, string topology, string container);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restarted")]
        public static partial void Done(ILogger logger, string topology);
    }
}
