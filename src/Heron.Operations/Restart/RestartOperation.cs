using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Restart;

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
    /// <param name="address">Which topology.</param>
    /// <param name="container">The container, 0 included; null for all.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait before the restart begins.</param>
    public async Task RunAsync(TopologyAddress address, int? container, Caller caller, CancellationToken cancellationToken)
    {
        using var lease = await gate.EnterAsync(address.Name, "restart", caller, cancellationToken);
        await recovery.SettleAsync(address.Name, cancellationToken);
        var topology = await running.FindAsync(address, cancellationToken);
        Log.Begun(logger, address.Name, container?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all");
        if (container is null or TopologyManagerContainer)
        {
            // Before the restart: a new topology manager takes a location that is there for that of a living one, and
            // what it writes itself must stay.
            await state.ForgetTManagerLocationAsync(address.Name, lifetime.Ending);
        }

        await scheduler.RestartAsync(topology.Identity, container, lifetime.Ending);
        Log.Done(logger, address.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restart of container {Container} begins")]
        public static partial void Begun(ILogger logger, string topology, string container);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restarted")]
        public static partial void Done(ILogger logger, string topology);
    }
}
