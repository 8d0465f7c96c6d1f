// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Core.Topologies;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Running;

/// <summary>
/// Removes what daemons that are certainly dead have left published, so that those after them need not wait for ZooKeeper to
/// notice. What a living daemon published is never touched, nor that of one that was only frozen.
/// </summary>
public sealed partial class LeftLocations(
    IStateManager state, IManagerPorts ports, TimeProvider time, ILogger<LeftLocations> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Removes those of a topology whose containers have all ended by the scheduler's word.</summary>
    public async Task RemoveOfEndedAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        foreach (var daemon in Enum.GetValues<PublishingDaemon>())
        {
            if (await state.FindDaemonAsync(topology.Name, daemon, cancellationToken) is { } left
                && left.TopologyId == topology.Id
                && await state.RemoveDaemonAsync(left, cancellationToken))
            {
                Log.Removed(logger, topology.Name, daemon, "its containers have ended");
            }
        }
    }

    /// <summary>
    /// The topology manager that runs now; null when that is not certain. Only of a manager that was seen to listen can be told
    /// later that it has ended: a new one publishes where it is before it listens.
    /// </summary>
    public async Task<DaemonRecord?> FindLivingManagerAsync(TopologyIdentity topology, CancellationToken cancellationToken) =>
        await state.FindDaemonAsync(topology.Name, PublishingDaemon.TManager, cancellationToken) is { Host: { } host } manager
        && manager.TopologyId == topology.Id
        && await ports.KnockAsync(topology, host, manager.ControllerPort, cancellationToken) == PortAnswer.Open
            ? manager
            : null;

    /// <summary>
    /// Waits until a manager has ended because of a new packing plan (it removes the physical plan before, and then its port
    /// refuses) and removes what it published. Ends as well when that goes by itself or another manager has taken its place.
    /// </summary>
    /// <param name="topology">Whose manager.</param>
    /// <param name="manager">What <see cref="FindLivingManagerAsync"/> gave before the plan was stored.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RemoveOnceEndedAsync(
        TopologyIdentity topology, DaemonRecord manager, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var now = await state.FindDaemonAsync(topology.Name, manager.Daemon, cancellationToken);
                if (now?.Mark != manager.Mark || await TryRemoveAsync(topology, manager, cancellationToken))
                {
                    return;
                }
            }
            catch (HeronException e)
            {
                // Whatever it is: without this the topology comes up as well, a little later.
                Log.NotNow(logger, topology.Name, e.Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<bool> TryRemoveAsync(TopologyIdentity topology, DaemonRecord manager, CancellationToken cancellationToken)
    {
        if (manager.Host is not { } host
            || await state.GetPhysicalPlanAsync(topology.Name, cancellationToken) is not null
            || await ports.KnockAsync(topology, host, manager.ControllerPort, cancellationToken) != PortAnswer.Refused)
        {
            return false;
        }

        if (await state.RemoveDaemonAsync(manager, cancellationToken))
        {
            Log.Removed(logger, topology.Name, manager.Daemon, "it has removed the physical plan and its port refuses");
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Topology}: removed what the dead {Daemon} had published: {Evidence}")]
        public static partial void Removed(ILogger logger, string topology, PublishingDaemon daemon, string evidence);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Topology}: cannot tell now whether its old manager has ended: {Reason}")]
        public static partial void NotNow(ILogger logger, string topology, string reason);
    }
}
