namespace Heron.Core;

/// <summary>What kind of fault an exception is, whoever threw it.</summary>
public static class Faults
{
    // errno of a full disk and of a used-up quota on Linux: .NET passes them on as HResult.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>The kind of fault that anything thrown is.</summary>
    public static FaultKind KindOf(Exception exception) => exception switch
    {
        HeronException fault => fault.Kind,
        IOException { HResult: NoSpace or QuotaExceeded } => FaultKind.OutOfSpace,
        TimeoutException or OperationCanceledException => FaultKind.Unavailable,
        _ => FaultKind.Internal,
    };
}
