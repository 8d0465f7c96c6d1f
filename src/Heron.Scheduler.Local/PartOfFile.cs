// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Heron.Scheduler.Local;

/// <summary>A stream to read from: so many bytes of a file from some place on, and no more although it grows.</summary>
internal sealed class PartOfFile(SafeFileHandle file, long begin, long count, IDisposable? owner = null) : ForwardStream
{
    private long _read;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, count - _read)], begin + _read);
        _read += read;
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await RandomAccess.ReadAsync(
            file, buffer[..(int)Math.Min(buffer.Length, count - _read)], begin + _read, cancellationToken);
        _read += read;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            owner?.Dispose();
        }

        base.Dispose(disposing);
    }
}
