// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Running;

/// <summary>
/// What <see cref="LostTopologyFinder"/> found, for lists: somebody has to see lost topologies to end them.
/// </summary>
/// <remarks>
/// Lists are asked for often and this costs a request to the scheduler, so it looks again after a few seconds at the earliest, and
/// lists wait for a look in its first second only.
/// </remarks>
public sealed partial class LostTopologies(LostTopologyFinder finder, IStateManager state, TimeProvider time, ILogger<LostTopologies> logger)
    : IOperationWitness
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private volatile IReadOnlyList<ScheduledTopology> _found = [];
    private Task _looking = Task.CompletedTask;
    private long _begun;
    private long? _ended;
    private bool _isOutdated;

    /// <summary>What is the matter with one, for a person.</summary>
    public static string Words(ScheduledTopology lost) =>
        string.Create(CultureInfo.InvariantCulture, $"{lost.Containers.Count} containers of {lost.Id} run, and the state knows nothing of them, ")
        + "as after it was emptied: nobody but a kill ends them";

    /// <summary>Where one belongs; all is empty when its containers do not tell all of it, as some of a Java server do not.</summary>
    public static TopologyAddress PlaceOf(ScheduledTopology lost) =>
        lost is { Cluster: { } cluster, Role: { } role, Environment: { } environment }
            ? new TopologyAddress(cluster, role, environment, lost.Name)
            : new TopologyAddress("", "", "", lost.Name);

    /// <summary>What its containers tell, in the form of what a state would have.</summary>
    /// <param name="lost">One of them.</param>
    /// <param name="address">Where it is looked for; counts for what its containers do not tell.</param>
    public static TopologySnapshot AsState(ScheduledTopology lost, TopologyAddress address)
    {
        var told = new ExecutionState
        {
            TopologyName = lost.Name,
            TopologyId = lost.Id,
            Cluster = lost.Cluster ?? address.Cluster,
            Role = lost.Role ?? address.Role,
            Environ = lost.Environment ?? address.Environment,
        };
        return new TopologySnapshot(lost.Name).With(StateNode.ExecutionState, new NodeContent(told.ToByteArray()));
    }

    /// <summary>
    /// All of them, as they were a few seconds ago; while the state store or the scheduler cannot be asked, those that were known
    /// before.
    /// </summary>
    public async Task<IReadOnlyList<ScheduledTopology>> ListAsync(CancellationToken cancellationToken)
    {
        var (looking, patience) = StartLooking();
        if (!looking.IsCompleted && patience > TimeSpan.Zero)
        {
            try
            {
                await looking.WaitAsync(patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The list is not held up; the next one may know.
            }
        }

        var found = _found;
        if (found.Count == 0)
        {
            return found;
        }

        // The state may have come back since.
        var view = await state.View.GetAsync(cancellationToken);
        return [.. found.Where(t => view.Find(t.Name)?.Id != t.Id)];
    }

    /// <inheritdoc/>
    public void Ended(EndedOperation operation)
    {
        lock (_lock)
        {
            if (_found.Any(t => t.Name == operation.Topology.Name))
            {
                // Probably killed: it is not to show longer than it is there.
                _isOutdated = true;
            }
        }
    }

    /// <summary>The look that is under way, or a new one when the last is too old, and how long it may be waited for.</summary>
    private (Task Looking, TimeSpan Patience) StartLooking()
    {
        lock (_lock)
        {
            if (_looking.IsCompleted && (_isOutdated || _ended is not { } ended || time.GetElapsedTime(ended) >= Rest))
            {
                _isOutdated = false;
                _begun = time.GetTimestamp();
                _looking = Task.Run(LookAsync, CancellationToken.None);
            }

            return (_looking, Patience - time.GetElapsedTime(_begun));
        }
    }

    private async Task LookAsync()
    {
        using var limit = new CancellationTokenSource(LookLimit, time);
        try
        {
            _found = await finder.FindAsync(limit.Token);
        }
#pragma warning disable CA1031 // Whatever keeps it from looking: lists go on with what was known before.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Log.NotNow(logger, fault.Message);
        }

        lock (_lock)
        {
            _ended = time.GetTimestamp();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "containers of which the state knows nothing cannot be looked for now: {Reason}")]
        public static partial void NotNow(ILogger logger, string reason);
    }
}
