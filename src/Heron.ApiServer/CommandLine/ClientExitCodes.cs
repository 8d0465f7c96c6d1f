// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.CommandLine;

/// <summary>What a command that asks a running server ends with, besides <see cref="ExitCodes.Success"/> and <see cref="ExitCodes.Mistake"/>.</summary>
internal static class ClientExitCodes
{
    /// <summary>The server refused, failed, or has not what was asked for; stderr says why.</summary>
    public const int Refused = 1;

    /// <summary>Nobody answers at the address.</summary>
    public const int Unreachable = 3;
}
