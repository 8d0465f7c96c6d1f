// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Heron.ApiServer.Hosting;

namespace Heron.ApiServer.Tests.Hosting;

public sealed class NativeHeapTests
{
    // What zlib asks for to compress one stream.
    private const int Compressor = 350_000;

    [Fact]
    public void Large_blocks_are_the_systems_own_pages_also_after_one_was_freed()
    {
        NativeHeap.Bound();
        Marshal.FreeHGlobal(Marshal.AllocHGlobal(Compressor));

        var mapped = mallinfo2().MappedBlocks;
        var blocks = Enumerable.Range(0, 500).Select(_ => Marshal.AllocHGlobal(Compressor)).ToList();
        try
        {
            // Some find a hole that other tests have left, and others of this process free some meanwhile.
            Assert.InRange(mallinfo2().MappedBlocks, mapped + 100, nint.MaxValue);
        }
        finally
        {
            blocks.ForEach(Marshal.FreeHGlobal);
        }
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for one call without arguments.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern HeapFigures mallinfo2();
#pragma warning restore SYSLIB1054

    // mallinfo(3), glibc 2.33 and later.
    [StructLayout(LayoutKind.Sequential)]
    private struct HeapFigures
    {
        public nint FromArena;
        public nint FreeBlocks;
        public nint SmallFreeBlocks;
        public nint MappedBlocks;
        public nint MappedBytes;
        public nint Unused;
        public nint SmallFreeBytes;
        public nint UsedBytes;
        public nint FreeBytes;
        public nint Releasable;
    }
}
