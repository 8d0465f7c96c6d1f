// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core;

/// <summary>There is too much to do already: the same request is welcome later (503, or 429 when one caller alone has asked for so much).</summary>
public sealed class BusyException : HeronException
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What there is too much of.</param>
    /// <param name="isCallers">Whether it is the caller's own doing.</param>
    /// <param name="retryAfter">When to ask again.</param>
    public BusyException(string message, bool isCallers, TimeSpan retryAfter)
        : base(FaultKind.Unavailable, message) => (IsCallers, RetryAfter) = (isCallers, retryAfter);

    /// <summary>Whether others are served as ever.</summary>
    public bool IsCallers { get; }

    /// <summary>When to ask again.</summary>
    public TimeSpan RetryAfter { get; }
}
