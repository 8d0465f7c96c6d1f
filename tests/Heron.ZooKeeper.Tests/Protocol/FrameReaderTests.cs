// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Tests.Protocol;

public sealed class FrameReaderTests
{
    [Fact]
    public async Task An_announced_megabyte_that_never_comes_costs_no_megabyte()
    {
        var reader = new FrameReader(new MemoryStream([0, 0x0f, 0xff, 0xff, 1, 2, 3]), 0xfffff);
        await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(CancellationToken.None).AsTask());
        Assert.InRange(reader.Capacity, 0, 16 * 1024);
    }

    [Fact]
    public async Task Memory_of_a_large_frame_is_given_back()
    {
        var bytes = new MemoryStream();
        bytes.Write([0, 0x0c, 0, 0]);
        bytes.Write(new byte[0x0c0000]);
        bytes.Write([0, 0, 0, 1, 42]);
        bytes.Position = 0;
        var reader = new FrameReader(bytes, 0xfffff);
        Assert.Equal(0x0c0000, (await reader.ReadAsync(CancellationToken.None)).Length);
        Assert.InRange(reader.Capacity, 0x0c0000, 0x200000);
        byte[] small = (await reader.ReadAsync(CancellationToken.None)).ToArray();
        Assert.Equal([42], small);
        await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(CancellationToken.None).AsTask());
        Assert.InRange(reader.Capacity, 0, 64 * 1024);
    }

    [Fact]
    public async Task Several_frames_in_one_read_come_one_after_the_other()
    {
        var reader = new FrameReader(new MemoryStream([0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 2, 8, 9]), 100);
        Assert.Equal([7], (await reader.ReadAsync(CancellationToken.None)).ToArray());
        Assert.Empty((await reader.ReadAsync(CancellationToken.None)).ToArray());
        Assert.Equal([8, 9], (await reader.ReadAsync(CancellationToken.None)).ToArray());
    }

    [Fact]
    public async Task Signs_of_life_are_whole_frames_and_large_steps_forward_in_a_frame()
    {
        // Few bytes of a frame of 12 KiB: none. A large step: one. A few more bytes: none. The end: one. A small frame: one.
        using var bytes = new ChunkedStream([0, 0, 0x30, 0], [1, 2], new byte[0x1000], [3], new byte[0x2000 - 3], [0, 0, 0, 1, 7]);
        int signs = 0;
        var reader = new FrameReader(bytes, 0xfffff) { Received = () => signs++ };
        Assert.Equal(0x3000, (await reader.ReadAsync(CancellationToken.None)).Length);
        Assert.Equal(2, signs);
        Assert.Equal([7], (await reader.ReadAsync(CancellationToken.None)).ToArray());
        Assert.Equal(3, signs);
    }

    /// <summary>Gives one portion a read.</summary>
    private sealed class ChunkedStream(params byte[][] chunks) : MemoryStream
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_next == chunks.Length)
            {
                return ValueTask.FromResult(0);
            }

            chunks[_next].CopyTo(buffer);
            return ValueTask.FromResult(chunks[_next++].Length);
        }
    }
}
