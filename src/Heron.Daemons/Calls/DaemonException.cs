// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Daemons.Calls;

/// <summary>A daemon that could not be asked, or answered what it should not. Nothing of what it sent is quoted.</summary>
/// <param name="kind">
/// <see cref="FaultKind.Unavailable"/>: it is away, hangs or is busy; <see cref="FaultKind.BadGateway"/>: its answer or its address is wrong.
/// </param>
/// <param name="daemon">Whose fault it is: <c>the topology manager of WordCount</c>.</param>
/// <param name="why">What it did, with a verb: <c>did not answer within 1.8 s</c>.</param>
/// <param name="cause">What lies beneath, for the log.</param>
public sealed class DaemonException(FaultKind kind, string daemon, string why, Exception? cause = null)
    : HeronException(kind, $"{daemon} {why}", cause)
{
    /// <summary>What it did, without saying who.</summary>
    public string Why { get; } = why;
}
