// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>A stream to read from that lets go of something else with itself.</summary>
internal sealed class OwningStream(Stream inner, Action release) : ForwardStream
{
    /// <summary>The body of an answer, with the answer.</summary>
    public static async Task<Stream> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new OwningStream(await response.Content.ReadAsStreamAsync(cancellationToken), response.Dispose);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

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
