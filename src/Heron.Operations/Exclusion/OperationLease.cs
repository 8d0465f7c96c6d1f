// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Exclusion;

/// <summary>A topology that is held in an <see cref="OperationGate"/>.</summary>
internal sealed class OperationLease : ILease
{
    private readonly TopologyAddress? _address;
    private readonly OperationKind _operation;
    private readonly Action<OperationLease> _release;
    private readonly CancellationTokenSource _yield = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;
    private int _waits;
    private volatile bool _nobodyWaits;
    private OperationHolder? _taker;

    /// <summary>Takes note of who has it.</summary>
    /// <param name="topologyName">Which topology.</param>
    /// <param name="address">Where it is; null for work of the server itself, which knows the name alone.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="holder">For whom, and since when.</param>
    /// <param name="release">Gives it back.</param>
    public OperationLease(
        string topologyName, TopologyAddress? address, OperationKind operation, OperationHolder holder, Action<OperationLease> release)
    {
        TopologyName = topologyName;
        Holder = holder;
        _address = address;
        _operation = operation;
        _release = release;
        _nobodyWaits = address is null;
        GiveWay = _yield.Token;
    }

    /// <summary>Which topology.</summary>
    public string TopologyName { get; }

    /// <inheritdoc/>
    public OperationHolder Holder { get; }

    /// <inheritdoc/>
    public CancellationToken GiveWay { get; }

    /// <inheritdoc/>
    public OperationHolder? Taker => Volatile.Read(ref _taker);

    /// <inheritdoc/>
    public OperationHolder? TakenFrom { get; init; }

    /// <inheritdoc/>
    public required OperationSteps Steps { get; init; }

    /// <summary>Ends when the lease is given back.</summary>
    public Task Released => _released.Task;

    private GivingWay Now => _nobodyWaits ? GivingWay.ToAll : Volatile.Read(ref _waits) > 0 ? GivingWay.ToItsKind : GivingWay.ToNone;

    /// <inheritdoc/>
    public void LetGiveWay() => _nobodyWaits = true;

    /// <inheritdoc/>
    public IDisposable Waiting()
    {
        Interlocked.Increment(ref _waits);
        return new GiveBack(() => Interlocked.Decrement(ref _waits));
    }

    /// <summary>Whether a request may have the topology.</summary>
    public bool GivesWayTo(TopologyAddress wanted, OperationKind by) => Now switch
    {
        _ when IsElsewhere(wanted) => false,
        GivingWay.ToAll => true,
        GivingWay.ToItsKind when by == _operation => true,
        _ => by.TakesOver && !_operation.TakesOver,
    };

    /// <summary>Whether a request is for a topology of the same name at another place: who does what here is none of its business.</summary>
    public bool IsElsewhere(TopologyAddress wanted) => _address is not null && _address != wanted;

    /// <summary>What somebody can do who was refused.</summary>
    public string Advice => _operation.TakesOver || _address is null
        ? "Try again when that is done"
        : (Now == GivingWay.ToItsKind ? $"It waits: a new {_operation.Name} takes its place. Otherwise wait" : "Wait")
            + $" until that is done, or kill the topology, which ends that ({KillAdvice.Of(_address)})";

    /// <summary>Tells the work that somebody wants the topology.</summary>
    public void AskToGiveWay(OperationHolder taker)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        Interlocked.CompareExchange(ref _taker, taker, null);
        try
        {
            _yield.Cancel();
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _disposed) != 0)
        {
            // Given back between the check and the call: what was asked for has happened.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _release(this);
            _released.SetResult();
            _yield.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
