// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Submit;

/// <summary>
/// Says whether a topology id is free. Jobs, folders and packages are named by the id, and the id comes from whoever submits: one
/// that another topology holds must not get that far.
/// </summary>
public sealed partial class TopologyIds(IStateManager state, IScheduler scheduler, IJournal journal, ILogger<TopologyIds> logger)
{
    private readonly ConcurrentDictionary<string, TopologyIdentity> _claims = new(StringComparer.Ordinal);

    /// <summary>Takes the id of a topology for the time of its submission.</summary>
    /// <returns>To be disposed when the submission is over.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/>: the id is that of another topology.</exception>
    public async Task<IDisposable> ClaimAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        if (!_claims.TryAdd(topology.Id, topology))
        {
            throw Refused(topology, _claims.GetValueOrDefault(topology.Id), "a submission that is under way");
        }

        var claim = new Claim(_claims, topology);
        try
        {
            // What Heron's own clients send, a name with a UUID behind it, is by its shape nobody else's.
            if (!IsOfItsOwnName(topology))
            {
                await RequireFreeAsync(topology, cancellationToken);
            }

            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Whether an id is the topology's name and a UUID, as Heron's Java, Python and C++ libraries make it.</summary>
    internal static bool IsOfItsOwnName(TopologyIdentity topology) =>
        topology.Id.StartsWith(topology.Name, StringComparison.Ordinal)
        && Guid.TryParseExact(topology.Id.AsSpan(topology.Name.Length), "D", out _);

    private async Task RequireFreeAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        if (view.Topologies.FirstOrDefault(t => t.Id == topology.Id && t.Name != topology.Name) is { } registered)
        {
            throw Refused(topology, null, $"the registered topology {registered.Name}");
        }

        var unfinished = await journal.UnfinishedAsync(cancellationToken);
        if (unfinished.Select(entry => entry.Intent.Topology).FirstOrDefault(t => t.Id == topology.Id && t != topology) is { } begun)
        {
            throw Refused(topology, begun, "what an interrupted operation left");
        }

        if (await FindContainersAsync(topology, cancellationToken) is { } scheduled)
        {
            throw Refused(topology, scheduled, "containers");
        }
    }

    private async Task<TopologyIdentity?> FindContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        try
        {
            return (await scheduler.Inspector.ListAsync(cancellationToken))
                .Where(t => t.Id == topology.Id && !t.MayBe(topology.Cluster, topology.Role, topology.Environment, topology.Name))
                .Select(t => t.Identity("", "", ""))
                .FirstOrDefault();
        }
        catch (HeronException e)
        {
            // A scheduler that does not answer is told of at its own step, and refuses the id itself.
            Log.NotKnown(logger, topology.Name, e.Message);
            return null;
        }
    }

    // Whose it is stands in the log only: it may be somebody's whom the caller must not know of.
    private HeronException Refused(TopologyIdentity topology, TopologyIdentity? holder, string what)
    {
        Log.Refused(
            logger,
            topology.Name,
            ShownText.Of(topology.Id),
            holder is null ? what : ShownText.Of($"{what} of {holder.Cluster}/{holder.Role}/{holder.Environment}/{holder.Name}"));
        return new HeronException(
            FaultKind.Conflict,
            $"The topology id '{ShownText.Of(topology.Id)}' is in use by another topology: submit '{topology.Name}' with an id of its own, "
            + "its name with a UUID behind it, as Heron's libraries make it");
    }

    private sealed class Claim(ConcurrentDictionary<string, TopologyIdentity> claims, TopologyIdentity topology) : IDisposable
    {
        public void Dispose() => claims.TryRemove(KeyValuePair.Create(topology.Id, topology));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "submission of {Topology} refused: its id {Id} is held by {Holder}")]
        public static partial void Refused(ILogger logger, string topology, string id, string holder);

        [LoggerMessage(Level = LogLevel.Debug, Message = "submission of {Topology}: the scheduler cannot say whose its id is: {Reason}")]
        public static partial void NotKnown(ILogger logger, string topology, string reason);
    }
}
