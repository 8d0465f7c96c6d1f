// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Exclusion;

/// <summary>The exclusion within this server.</summary>
/// <remarks>
/// Background work, such as finishing an update after a restart of the server, gives way to requests, so that nobody waits
/// for a topology that never comes up. A kill ends whatever else is done: it is what helps when nothing else does.
/// </remarks>
public sealed class OperationGate(TimeProvider time) : IExclusion
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OperationLease> _held = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ILease> EnterAsync(
        TopologyAddress address, OperationKind operation, Caller caller, CancellationToken cancellationToken)
    {
        var wanting = new OperationHolder(operation.Name, caller, time.GetUtcNow());
        OperationHolder? takenFrom = null;
        while (true)
        {
            var holding = TakeOrFind(address.Name, wanting, address, operation, takenFrom, out var taken);
            if (taken)
            {
                return holding;
            }

            if (!holding.GivesWayTo(address, operation))
            {
                throw new HeronException(FaultKind.Conflict, holding.IsElsewhere(address)
                    ? $"Topology '{address.Name}' is busy: {holding.Holder.Operation} in another cluster, role or environment. Try again when that is done"
                    : $"Topology '{address.Name}' is busy: {holding.Holder}. {holding.Advice}");
            }

            holding.AskToGiveWay(wanting);
            await holding.Released.WaitAsync(cancellationToken);
            takenFrom = holding.Holder.Caller == Caller.Server ? takenFrom : holding.Holder;
        }
    }

    /// <inheritdoc/>
    public Task<ILease?> TryEnterInBackgroundAsync(string topologyName, string operation, CancellationToken cancellationToken)
    {
        var holder = new OperationHolder(operation, Caller.Server, time.GetUtcNow());
        var lease = TakeOrFind(topologyName, holder, address: null, new OperationKind(operation), takenFrom: null, out var taken);
        return Task.FromResult<ILease?>(taken ? lease : null);
    }

    /// <inheritdoc/>
    public Task<OperationHolder?> HolderOfAsync(string topologyName, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(
                _held.GetValueOrDefault(topologyName) is { } lease ? lease.Holder with { Steps = lease.Steps.Now } : null);
        }
    }

    private OperationLease TakeOrFind(
        string topologyName,
        OperationHolder holder,
        TopologyAddress? address,
        OperationKind operation,
        OperationHolder? takenFrom,
        out bool taken)
    {
        lock (_lock)
        {
            taken = !_held.TryGetValue(topologyName, out var holding);
            return taken
                ? _held[topologyName] = new OperationLease(topologyName, address, operation, holder, Release)
                {
                    Steps = new OperationSteps(time),
                    TakenFrom = takenFrom,
                }
                : holding!;
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
