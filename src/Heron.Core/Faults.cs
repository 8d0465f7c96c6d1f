// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.Core;

/// <summary>What kind of fault an exception is, whoever threw it.</summary>
public static class Faults
{
    /// <summary>The kind of fault that anything thrown is.</summary>
    public static FaultKind KindOf(Exception exception) => exception switch
    {
        HeronException fault => fault.Kind,
        _ when DiskFull.Is(exception) => FaultKind.OutOfSpace,
        TimeoutException or OperationCanceledException => FaultKind.Unavailable,
        _ => FaultKind.Internal,
    };
}
