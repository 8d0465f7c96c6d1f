// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Heron.ApiServer.Answers;

namespace Heron.ApiServer.Errors;

/// <summary>Passes everything on, until Kestrel says that it rejects a request: then the empty answer becomes one with a body.</summary>
internal sealed class RejectionWriter(PipeWriter inner) : PipeWriter
{
    private ArrayBufferWriter<byte>? _held;
    private string _message = string.Empty;

    /// <summary>What is written from now on is held back until it is flushed.</summary>
    /// <param name="message">What Kestrel does not like.</param>
    public void Reject(string message)
    {
        _message = message;
        _held ??= new ArrayBufferWriter<byte>();
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes + (_held?.WrittenCount ?? 0);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _held?.GetMemory(sizeHint) ?? inner.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _held is { } held ? held.GetSpan(sizeHint) : inner.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_held is { } held)
        {
            held.Advance(bytes);
        }
        else
        {
            inner.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_held is { WrittenCount: > 0 } held)
        {
            inner.Write(Reword(held.WrittenSpan));
            held.Clear();
        }

        return inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    // Only an answer without a body is reworded; anything else, such as the rest of an answer that had begun, passes.
    private ReadOnlySpan<byte> Reword(ReadOnlySpan<byte> answer)
    {
        const string Empty = "Content-Length: 0\r\n";
        var head = Encoding.Latin1.GetString(answer);
        if (!head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            || !head.EndsWith("\r\n\r\n", StringComparison.Ordinal)
            || !head.Contains(Empty, StringComparison.Ordinal)
            || !int.TryParse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            return answer;
        }

        var body = ErrorWriter.Serialize(new ErrorBody($"{ErrorTable.MessageOf(status)} ({_message})"));
        var fields = string.Create(
            CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        return (byte[])[.. Encoding.Latin1.GetBytes(head.Replace(Empty, fields, StringComparison.Ordinal)), .. body];
    }
}
