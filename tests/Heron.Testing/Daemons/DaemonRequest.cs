// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.Daemons;

/// <summary>What a <see cref="ScriptedDaemon"/> was asked.</summary>
/// <param name="Method">GET, POST.</param>
/// <param name="Target">Path and query as they came.</param>
/// <param name="Host">The header.</param>
/// <param name="Body">Empty for a GET.</param>
public sealed record DaemonRequest(string Method, string Target, string Host, byte[] Body);

/// <summary>What a <see cref="ScriptedDaemon"/> says.</summary>
/// <param name="Status">HTTP status; null to close the connection without a word.</param>
/// <param name="Body">What follows the headers.</param>
public sealed record DaemonReply(int? Status, byte[] Body)
{
    /// <summary>The length that is told, when it is not that of the body.</summary>
    public int? ToldLength { get; init; }

    /// <summary>The whole reply as it goes over the wire instead of a well-formed one.</summary>
    public byte[]? Raw { get; init; }

    /// <summary>What to wait for before the reply, and after the first half of the body.</summary>
    public Task Pause { get; init; } = Task.CompletedTask;

    /// <summary>Whether the pause is in the middle instead of at the beginning.</summary>
    public bool PausesWithin { get; init; }
}
