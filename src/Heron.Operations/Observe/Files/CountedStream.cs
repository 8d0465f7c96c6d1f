// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.Operations.Observe.Files;

/// <summary>Knows how much was read of another stream, which it owns.</summary>
internal sealed class CountedStream(Stream inner) : ForwardStream
{
    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Count += count;
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Count += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
