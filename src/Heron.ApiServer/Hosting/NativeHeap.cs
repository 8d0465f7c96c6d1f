// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Heron.ApiServer.Hosting;

/// <summary>The C library's heap, from which the runtime, its compiler and OpenSSL take what the collector knows nothing of.</summary>
internal static class NativeHeap
{
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;
    private const int Arenas = 2;
    private const int LargeBlock = 128 * 1024;

    /// <summary>
    /// Sets bounds to what it keeps. Threads share few arenas: by default each of many threads gets one of its own, and each keeps what it once
    /// took; those of threads that are there already stay. Large blocks are the system's own pages, and go back as they are freed: by default
    /// the C library begins to keep such blocks once it has seen one freed, and does not find one again for another that is aligned as zlib's
    /// are, so that every submission's compressors left a hole of 350 kB.
    /// </summary>
    public static void Bound()
    {
        Try(() => _ = mallopt(ArenaMax, Arenas));
        Try(() => _ = mallopt(MmapThreshold, LargeBlock));
    }

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
