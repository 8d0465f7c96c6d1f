// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.CommandLine;

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    /// <summary>Ended as asked, or help was printed.</summary>
    public const int Success = 0;

    /// <summary>The start failed on something that the person who started it can put right; stderr says what.</summary>
    public const int Mistake = 2;

    /// <summary>Ended in good order because somebody wrote over the program's files: starting again helps.</summary>
    public const int Replaced = 3;
}
