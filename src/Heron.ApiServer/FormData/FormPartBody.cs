// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.FormData;

/// <summary>Takes bytes as they arrive.</summary>
internal delegate void BytesReceived(ReadOnlySpan<byte> bytes);

/// <summary>The content of one form part, as it arrives, its transfer encoding taken off.</summary>
internal sealed class FormPartBody
{
    // Large enough that a write costs little beside the copy, below what the collector keeps apart and looks at rarely, and not above
    // what gzip stores in one block.
    private const int ChunkSize = 60 * 1024;
    private const int PieceSize = 8 * 1024;

    private readonly MultipartReader _reader;
    private readonly TransferDecoder? _decoder;
    private readonly Encoding _charset;
    private readonly string _name;
    private readonly byte[] _piece;
    private readonly byte[] _decoded;
    private int _start;
    private int _end;
    private bool _isLast;

    /// <summary>Reads the part that the reader stands at.</summary>
    public FormPartBody(MultipartReader reader, TransferDecoder? decoder, Encoding charset, string name)
    {
        _reader = reader;
        _decoder = decoder;
        _charset = charset;
        _name = name;
        _piece = decoder is null ? [] : new byte[PieceSize];
        _decoded = decoder is null ? [] : new byte[PieceSize + TransferDecoder.MaxHeld];
    }

    /// <summary>Streams the part to where it is stored; nothing of it stays in memory.</summary>
    public async Task CopyToAsync(BytesReceived receive, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            int filled;
            do
            {
                filled = await FillAsync(buffer.AsMemory(0, ChunkSize), cancellationToken);
                receive(buffer.AsSpan(0, filled));
            }
            while (filled == ChunkSize);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The part as text, in the charset that it or the form names, else UTF-8.</summary>
    /// <param name="limit">The most bytes a value may have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<string> ReadTextAsync(int limit, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[Math.Min(limit + 1, 4096)];
        int read;
        while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
        {
            await text.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (text.Length > limit)
            {
                throw new HeronException(FaultKind.TooLarge, $"a form field is larger than {limit} bytes");
            }
        }

        return Charsets.Decode(
            _charset, text.GetBuffer().AsSpan(0, (int)text.Length), $"the form field '{ShownText.Of(_name)}'");
    }

    private async Task<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await ReadAsync(buffer[filled..], cancellationToken);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_decoder is null)
        {
            return await _reader.ReadAsync(buffer, cancellationToken);
        }

        while (_start == _end && !_isLast)
        {
            var read = await _reader.ReadAsync(_piece, cancellationToken);
            _isLast = read == 0;
            _start = 0;
            _end = _decoder.Decode(_piece.AsSpan(0, read), _isLast, _decoded);
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _decoded.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }
}
