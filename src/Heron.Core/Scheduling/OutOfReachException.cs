// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>What a container has written is not within the scheduler's reach; its heron-shell may show it while it runs.</summary>
public sealed class OutOfReachException : HeronException
{
    /// <summary>Says why.</summary>
    public OutOfReachException(string message, Exception? cause = null)
        : base(FaultKind.NotFound, message, cause)
    {
    }
}
