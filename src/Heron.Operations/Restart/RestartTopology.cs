using System.Globalization;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Exclusion;
using Heron.Operations.Running;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Restart;

/// <summary>Restarts one container of a running topology, or all.</summary>
public sealed partial class RestartTopology(
    OperationRunner runner, IScheduler scheduler, IStateManager state, ILogger<RestartTopology> logger)
{
    private const int TopologyManagerContainer = 0;

    private static readonly OperationKind Restart = new("restart");

    /// <summary>Restarts.</summary>
    /// <param name="address">Which topology.</param>
    /// <param name="container">The container, 0 included; null for all.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="callerLeft">Cancelled when the client leaves; ends the wait before the restart begins.</param>
    /// <exception cref="HeronException">There is no such topology or container, or a step failed.</exception>
    public Task RunAsync(TopologyAddress address, int? container, Caller caller, CancellationToken callerLeft) => runner.RunAsync(
        Restart, caller, address, (topology, token) => RestartAsync(topology, container, token), callerLeft);

    private async Task<bool> RestartAsync(RunningTopology topology, int? container, CancellationToken cancellationToken)
    {
        var name = topology.Identity.Name;
        Log.Begun(logger, name, container?.ToString(CultureInfo.InvariantCulture) ?? "all");
        if (container is null or TopologyManagerContainer)
        {
            // Before the restart: a new topology manager takes a location that is there for that of a living one, and
            // what it writes itself must stay.
            await state.ForgetTManagerLocationAsync(name, cancellationToken);
        }

        await scheduler.RestartAsync(topology.Identity, container, cancellationToken);
        Log.Done(logger, name);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restart of container {Container} begins")]
        public static partial void Begun(ILogger logger, string topology, string container);

        [LoggerMessage(Level = LogLevel.Information, Message = "topology {Topology}: restarted")]
        public static partial void Done(ILogger logger, string topology);
    }
}
