// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core;

/// <summary>What befell a call to another server, in words for a person.</summary>
public static class PeerWords
{
    /// <summary>
    /// The innermost reason: what the framework wraps around it ("An error occurred while sending the request") says nothing. A fault
    /// of ours already has its words. Without a full stop, so that a sentence can go on.
    /// </summary>
    public static string Of(Exception fault)
    {
        var reason = fault;
        while (reason is not (HeronException or TimeoutException) && reason.InnerException is { Message.Length: > 0 } inner)
        {
            reason = inner;
        }

        return Clause(reason.Message);
    }

    /// <summary>A message as part of a longer sentence: without the full stop at its end.</summary>
    public static string Clause(string message) => message.TrimEnd('.', ' ');
}
