// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>Sends signals to processes that a test has caused to start.</summary>
internal static partial class Signals
{
    public const int Continue = 18;
    public const int Stop = 19;

    private const int KillSignal = 9;

    /// <summary>Kill -9 of those that have not ended by themselves meanwhile.</summary>
    public static void KillAll(IEnumerable<int> pids)
    {
        foreach (var pid in pids)
        {
            _ = Kill(pid, KillSignal);
        }
    }

    public static void Send(int pid, int signal) => Assert.Equal(0, Kill(pid, signal));

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
