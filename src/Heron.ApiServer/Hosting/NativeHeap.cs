// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Heron.ApiServer.Hosting;

/// <summary>The C library's heap, from which the runtime, its compiler and OpenSSL take what the collector knows nothing of.</summary>
internal static class NativeHeap
{
    private const int ArenaMax = -8;
    private const int Arenas = 2;

    /// <summary>
    /// Lets threads share few arenas. By default each of many threads gets one of its own, and each keeps what it once took. To be called before
    /// there are threads.
    /// </summary>
    public static void ShareArenas() => Try(() => _ = mallopt(ArenaMax, Arenas));

    /// <summary>Gives what is free back to the system.</summary>
    public static void Trim() => Try(() => _ = malloc_trim(0));

    // Other C libraries have no such heap.
    private static void Try(Action call)
    {
        try
        {
            call();
        }
        catch (EntryPointNotFoundException)
        {
            return;
        }
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for two calls with integers.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nuint pad);
#pragma warning restore SYSLIB1054
}
