namespace Heron.Operations.Exclusion;

/// <summary>A topology that is held in an <see cref="OperationGate"/>.</summary>
internal sealed class OperationLease : ILease
{
    private readonly Action<OperationLease> _release;
    private readonly CancellationTokenSource _yield = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;
    private volatile bool _givesWay;

    public OperationLease(string topologyName, OperationHolder holder, bool givesWay, Action<OperationLease> release)
    {
        TopologyName = topologyName;
        Holder = holder;
        _givesWay = givesWay;
        _release = release;
        GiveWay = _yield.Token;
    }

    /// <summary>Which topology.</summary>
    public string TopologyName { get; }

    /// <inheritdoc/>
    public OperationHolder Holder { get; }

    /// <inheritdoc/>
    public CancellationToken GiveWay { get; }

    /// <summary>Whether a request may have the topology that wants it.</summary>
    public bool GivesWay => _givesWay;

    /// <summary>Ends when the lease is given back.</summary>
    public Task Released => _released.Task;

    /// <inheritdoc/>
    public void LetGiveWay() => _givesWay = true;

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

    /// <summary>Tells the work that somebody wants the topology.</summary>
    public void AskToGiveWay()
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        try
        {
            _yield.Cancel();
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _disposed) != 0)
        {
            // Given back between the check and the call: what was asked for has happened.
        }
    }
}
