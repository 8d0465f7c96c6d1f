// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>A stream to read from that lets go of something else with itself.</summary>
/// <param name="inner">Where it is read from.</param>
/// <param name="release">Lets go of the other.</param>
/// <param name="read">Reads a piece, where that is not to last for as long as it takes.</param>
internal sealed class OwningStream(
    Stream inner, Action release, Func<Stream, Memory<byte>, CancellationToken, ValueTask<int>>? read = null) : ForwardStream
{
    /// <summary>The body of an answer, with the answer.</summary>
    public static async Task<Stream> OfAsync(
        HttpResponseMessage response, Func<Stream, Memory<byte>, CancellationToken, ValueTask<int>>? read, CancellationToken cancellationToken) =>
        new OwningStream(await response.Content.ReadAsStreamAsync(cancellationToken), response.Dispose, read);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        read is not null ? read(inner, buffer, cancellationToken) : inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            release();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
