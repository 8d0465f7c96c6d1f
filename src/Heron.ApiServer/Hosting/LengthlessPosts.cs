// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Lets the first request of a connection be a POST without body and length over HTTP/1.0, as nginx sends one to its
/// upstreams by default for <c>activate</c>. RFC 1945 wants a length there and Kestrel refuses it; there is nothing else that such a
/// request can mean than an empty body, so that is what Kestrel is told.
/// </summary>
internal static class LengthlessPosts
{
    /// <summary>Puts the reader between the socket and Kestrel.</summary>
    public static ConnectionDelegate Middleware(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        connection.Transport = new Duplex(new Reader(transport.Input), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

    // The connection ends with it: what follows would not be looked at again.
    private static ReadOnlySpan<byte> NoBody => "Content-Length: 0\r\nConnection: close\r\n"u8;

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Reader(PipeReader inner) : PipeReader
    {
        // Longer heads are refused anyway.
        private const int MaxHead = 40 * 1024;

        private bool _decided;
        private ReadOnlySequence<byte> _original;
        private ReadOnlySequence<byte> _shown;
        private int _insertedAt;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            _decided ? inner.ReadAsync(cancellationToken) : ReadFirstAsync(cancellationToken);

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result))
            {
                return false;
            }

            result = Show(result);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (_original.IsEmpty)
            {
                inner.AdvanceTo(consumed, examined);
                return;
            }

            var (original, shown) = (_original, _shown);
            _original = default;
            inner.AdvanceTo(
                consumed.Equals(shown.Start) ? original.Start : Translate(original, shown, consumed), Translate(original, shown, examined));
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private async ValueTask<ReadResult> ReadFirstAsync(CancellationToken cancellationToken) => Show(await inner.ReadAsync(cancellationToken));

        private ReadResult Show(ReadResult result)
        {
            var buffer = result.Buffer;
            if (_decided || buffer.IsEmpty)
            {
                return result;
            }

            if (buffer.PositionOf((byte)'\n') is not { } lineEnd)
            {
                _decided = buffer.Length > MaxHead || result.IsCompleted;
                return result;
            }

            var line = buffer.Slice(0, lineEnd).ToArray().AsSpan();
            if (!(line.StartsWith("POST "u8) || line.StartsWith("PUT "u8)) || !line.EndsWith(" HTTP/1.0\r"u8))
            {
                _decided = true;
                return result;
            }

            var text = buffer.ToArray();
            var headEnd = text.AsSpan().IndexOf("\r\n\r\n"u8);
            if (headEnd < 0 && text.Length <= MaxHead && !result.IsCompleted)
            {
                // Kept back until the head is whole: what Kestrel has consumed cannot be added to.
                return Show(result, buffer.Slice(0, lineEnd), insertedAt: (int)buffer.Length);
            }

            _decided = true;
            if (headEnd < 0 || SaysLength(Encoding.Latin1.GetString(text, 0, headEnd)))
            {
                return result;
            }

            var at = line.Length + 1;
            return Show(result, new ReadOnlySequence<byte>([.. text[..at], .. NoBody, .. text[at..]]), at);
        }

        private ReadResult Show(ReadResult result, ReadOnlySequence<byte> shown, int insertedAt)
        {
            (_original, _shown, _insertedAt) = (result.Buffer, shown, insertedAt);
            return new ReadResult(shown, result.IsCanceled, result.IsCompleted);
        }

        private static bool SaysLength(string head) =>
            head.Contains("\nContent-Length:", StringComparison.OrdinalIgnoreCase)
            || head.Contains("\nTransfer-Encoding:", StringComparison.OrdinalIgnoreCase);

        // What is examined to the end of what was shown, is examined to the end of all.
        private SequencePosition Translate(ReadOnlySequence<byte> original, ReadOnlySequence<byte> shown, SequencePosition position)
        {
            var offset = shown.Slice(shown.Start, position).Length;
            return offset == shown.Length ? original.End
                : original.GetPosition(offset <= _insertedAt ? offset : Math.Max(_insertedAt, offset - NoBody.Length));
        }
    }
}
