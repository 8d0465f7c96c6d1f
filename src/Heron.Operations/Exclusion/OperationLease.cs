namespace Heron.Operations.Exclusion;

/// <summary>The right to change one topology; disposing gives it back.</summary>
public sealed class OperationLease : IDisposable
{
    private readonly Action<OperationLease> _release;
    private readonly CancellationTokenSource _yield = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;
    private volatile bool _givesWay;

    internal OperationLease(string topologyName, OperationHolder holder, bool givesWay, Action<OperationLease> release)
    {
        TopologyName = topologyName;
        Holder = holder;
        _givesWay = givesWay;
        _release = release;
        GiveWay = _yield.Token;
    }

    /// <summary>Whose turn.</summary>
    public string TopologyName { get; }

    /// <summary>Who holds it.</summary>
    public OperationHolder Holder { get; }

    /// <summary>
    /// Cancelled when a request wants the topology that work holds for which nobody waits; the work then disposes its lease.
    /// </summary>
    public CancellationToken GiveWay { get; }

    internal bool GivesWay => _givesWay;

    internal Task Released => _released.Task;

    /// <summary>Nobody waits for this work any more: from now on it gives way to a request, as background work does.</summary>
    public void LetGiveWay() => _givesWay = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _release(this);
        _released.SetResult();
        _yield.Dispose();
    }

    internal void AskToGiveWay()
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
