using Heron.Core;

namespace Heron.Operations.Exclusion;

/// <summary>The exclusion within this server.</summary>
/// <remarks>
/// Background work, such as finishing an update after a restart of the server, gives way to requests, so that nobody waits
/// for a topology that never comes up.
/// </remarks>
public sealed class OperationGate(TimeProvider time) : IExclusion
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OperationLease> _held = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ILease> EnterAsync(
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

    /// <inheritdoc/>
    public Task<ILease?> TryEnterInBackgroundAsync(string topologyName, string operation, CancellationToken cancellationToken)
    {
        var lease = TakeOrFind(topologyName, operation, Caller.Server, givesWay: true, out var taken);
        return Task.FromResult<ILease?>(taken ? lease : null);
    }

    /// <inheritdoc/>
    public Task<OperationHolder?> HolderOfAsync(string topologyName, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_held.GetValueOrDefault(topologyName)?.Holder);
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
