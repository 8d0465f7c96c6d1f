// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// The memory that connections read into. The framework's blocks of 4 KiB make a receive of every 2 KiB of an upload; these make
/// one of every 32 KiB (docs/performance.md).
/// </summary>
internal sealed class NetworkMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 32 * 1024;

    // What 100 uploads at once hold. More are rare, and go back to the garbage collector.
    private const int MostKept = 512;

    private readonly ConcurrentQueue<byte[]> _kept = new();
    private int _count;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <summary>One pool for all connections.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (_kept.TryDequeue(out var block))
        {
            Interlocked.Decrement(ref _count);
        }

        // Not pinned for good: what is not kept would stay until a full collection, and fill the heap until then.
        return new Block(this, block ?? GC.AllocateUninitializedArray<byte>(BlockSize));
    }

    /// <summary>Lets all go that nobody uses.</summary>
    public void Trim()
    {
        while (_kept.TryDequeue(out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Shared by all, and ends with the process.
    }

    private void Return(byte[] block)
    {
        if (Interlocked.Increment(ref _count) <= MostKept)
        {
            _kept.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private sealed class Block(NetworkMemory pool, byte[] array) : IMemoryOwner<byte>
    {
        private byte[]? _array = array;

        public Memory<byte> Memory => _array ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } mine)
            {
                pool.Return(mine);
            }
        }
    }
}
