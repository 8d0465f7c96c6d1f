// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;

namespace Heron.ApiServer.Client;

/// <summary>Why a command cannot give what was asked for.</summary>
/// <param name="exitCode">See <see cref="ClientExitCodes"/>.</param>
/// <param name="message">One line for stderr.</param>
internal sealed class ClientException(int exitCode, string message) : Exception(message)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether the same may be answered otherwise in a moment: what has begun to be followed is asked for again then.</summary>
    public bool IsPassing { get; init; }
}
