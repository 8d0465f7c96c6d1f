using Heron.Core;

namespace Heron.Operations.Exclusion;

/// <summary>
/// Lets one operation at a time change a topology within this server. It is asked first by submit, kill, restart,
/// activate, deactivate and update; an update takes the state manager's lock besides, which other programs honour.
/// </summary>
/// <remarks>
/// A second request does not queue: it is told who holds the topology since when. Background work, such as finishing
/// an update after a restart of the server, gives way to requests instead, so that nobody waits for a topology that
/// never comes up.
/// </remarks>
public sealed class OperationGate(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OperationLease> _held = new(StringComparer.Ordinal);

    /// <summary>Takes the topology for a request.</summary>
    /// <param name="topologyName">Its name; names are unique in a state manager.</param>
    /// <param name="operation">What is to be done, as one word.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait for background work that is giving way.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/> when another request holds it.</exception>
    public async Task<OperationLease> EnterAsync(
        string topologyName, string operation, Caller caller, CancellationToken cancellationToken)
    {
        while (true)
        {
            var holding = TakeOrFind(topologyName, operation, caller, givesWay: false, out var taken);
            if (taken)
            {
                return holding;
            }

            if (!holding.GivesWay)
            {
                throw new HeronException(
                    FaultKind.Conflict,
                    $"Topology '{topologyName}' is busy: {holding.Holder}. Try again when that is done");
            }

            holding.AskToGiveWay();
            await holding.Released.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes the topology for work that nobody waits for and that gives way; null when it is held.</summary>
    public OperationLease? TryEnterInBackground(string topologyName, string operation)
    {
        var lease = TakeOrFind(topologyName, operation, Caller.Server, givesWay: true, out var taken);
        return taken ? lease : null;
    }

    /// <summary>Who holds the topology now, or null.</summary>
    public OperationHolder? HolderOf(string topologyName)
    {
        lock (_lock)
        {
            return _held.GetValueOrDefault(topologyName)?.Holder;
        }
    }

    private OperationLease TakeOrFind(
        string topologyName, string operation, Caller caller, bool givesWay, out bool taken)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(topologyName, out var holding))
            {
                taken = false;
                return holding;
            }

            var holder = new OperationHolder(operation, caller, time.GetUtcNow());
            taken = true;
            return _held[topologyName] = new OperationLease(topologyName, holder, givesWay, Release);
        }
    }

    private void Release(OperationLease lease)
    {
        lock (_lock)
        {
            _held.Remove(lease.TopologyName);
        }
    }
}
