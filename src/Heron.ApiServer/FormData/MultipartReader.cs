// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.FormData;

/// <summary>
/// Finds the parts of a multipart body (RFC 2046 section 5.1.1) as it arrives. A delimiter is a whole line of two hyphens and
/// the boundary, with blanks behind it: the same text anywhere else, in the preamble or in a part, is content. What follows the
/// closing delimiter is nobody's. The framework's reader takes the boundary's text in the middle of a preamble's line for a
/// delimiter and gives up at an epilogue of more than 100 bytes.
/// </summary>
internal sealed class MultipartReader
{
    private const int MaxBlanks = 256;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxHeaders = 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _body;
    private readonly byte[] _delimiter;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private bool _ended;
    private bool _inContent;
    private bool _closed;
    private bool _linesEndWithLineFeed;
    private long _received;

    /// <summary>Reads a body with this boundary.</summary>
    public MultipartReader(string boundary, Stream body, int bufferSize)
    {
        _body = body;
        _delimiter = Encoding.UTF8.GetBytes("\r\n--" + boundary);
        _buffer = new byte[bufferSize];

        // The first delimiter needs no line end before it; one that is made up here saves a second kind of search.
        "\r\n"u8.CopyTo(_buffer);
        _end = 2;
        _inContent = true;
    }

    /// <summary>How many bytes of the body are behind what was read.</summary>
    public long Position => _received - (_end - _start);

    /// <summary>Bytes of a usual end of the body: the closing delimiter with a line end before and behind it.</summary>
    public int EndLength => _delimiter.Length + "--\r\n".Length;

    private enum Mark
    {
        None,
        Undecided,
        Next,
        Last,
    }

    /// <summary>Skips what is left of the part before, and reads the header lines of the next.</summary>
    /// <returns>The lines, or null after the closing delimiter.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: the body is no form, or ends too early.</exception>
    public async Task<IReadOnlyList<string>?> NextAsync(CancellationToken cancellationToken)
    {
        using var scratch = MemoryPool<byte>.Shared.Rent(4096);
        while (_inContent)
        {
            await ReadAsync(scratch.Memory, cancellationToken);
        }

        if (_closed)
        {
            return null;
        }

        var headers = await ReadHeadersAsync(cancellationToken);
        _inContent = true;
        return headers;
    }

    /// <summary>Reads content of the part whose headers were read last.</summary>
    /// <returns>The number of bytes; 0 at its end.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: the body ends before the part does.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (_inContent)
        {
            var window = _buffer.AsSpan(_start, _end - _start);
            var at = window.IndexOf(_delimiter);
            if (at == 0)
            {
                var mark = MarkAt(window, out var length);
                if (mark is Mark.Next or Mark.Last)
                {
                    _start += length;
                    _inContent = false;
                    _closed = mark == Mark.Last;
                    return 0;
                }

                if (mark == Mark.None)
                {
                    return Take(target, _delimiter.Length);
                }
            }
            else if ((at < 0 ? window.Length - PartialLength(window) : at) is > 0 and var plain)
            {
                return Take(target, plain);
            }

            await FillAsync(cancellationToken);
        }

        return 0;
    }

    // How many bytes at the end could be the beginning of a delimiter.
    private int PartialLength(ReadOnlySpan<byte> window)
    {
        var tail = window[Math.Max(0, window.Length - _delimiter.Length + 1)..];
        for (var at = tail.IndexOf((byte)'\r'); at >= 0;)
        {
            tail = tail[at..];
            if (_delimiter.AsSpan().StartsWith(tail))
            {
                return tail.Length;
            }

            var next = tail[1..].IndexOf((byte)'\r');
            at = next < 0 ? -1 : next + 1;
        }

        return 0;
    }

    private Mark MarkAt(ReadOnlySpan<byte> window, out int length)
    {
        var at = _delimiter.Length;
        length = 0;
        var last = window[at..].StartsWith("--"u8);
        if (!last && !_ended && window[at..].Length < 2)
        {
            return Mark.Undecided;
        }

        at += last ? 2 : 0;
        var blanks = window[at..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (blanks is < 0 && window.Length - at <= MaxBlanks)
        {
            length = window.Length;
            return !_ended ? Mark.Undecided : last ? Mark.Last : Mark.None;
        }

        var rest = blanks < 0 ? [] : window[(at + blanks)..];
        if (rest.StartsWith("\r\n"u8))
        {
            length = window.Length - rest.Length + 2;
            return last ? Mark.Last : Mark.Next;
        }

        _linesEndWithLineFeed |= rest.StartsWith("\n"u8);
        return rest.Length == 1 && rest[0] == '\r' && !_ended ? Mark.Undecided : Mark.None;
    }

    private int Take(Memory<byte> target, int count)
    {
        var taken = Math.Min(count, target.Length);
        _buffer.AsMemory(_start, taken).CopyTo(target);
        _start += taken;
        return taken;
    }

    private async Task<IReadOnlyList<string>> ReadHeadersAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var size = 0;
        while (true)
        {
            var window = _buffer.AsSpan(_start, _end - _start);
            var length = window.IndexOf("\r\n"u8);
            if (length < 0)
            {
                if (window.Length > MaxHeaderBytes)
                {
                    throw TooManyHeaders();
                }

                await FillAsync(cancellationToken);
                continue;
            }

            var line = Text(window[..length]);
            _start += length + 2;
            size += length;
            if (length == 0)
            {
                return lines;
            }

            if (size > MaxHeaderBytes || lines.Count == MaxHeaders)
            {
                throw TooManyHeaders();
            }

            if (line[0] is ' ' or '\t' && lines.Count > 0)
            {
                // RFC 5322 section 2.2.3: a line that begins with a blank goes on with the one before.
                lines[^1] += line;
            }
            else
            {
                lines.Add(line);
            }
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            throw Malformed(_linesEndWithLineFeed
                ? "the lines of the form end with LF alone; they must end with CR LF"
                : "it ended before its closing boundary: it was cut off, or the Content-Type names another boundary than the body has");
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        try
        {
            var read = await _body.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _ended = read == 0;
            _end += read;
            _received += read;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status400BadRequest)
        {
            throw Malformed(e.Message, e);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw Malformed("it ended before its closing boundary: the connection was cut off", e);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Malformed("the header of a part is not UTF-8", e);
        }
    }

    private static HeronException TooManyHeaders() =>
        Malformed($"a part has more than {MaxHeaders} header lines, or more than {MaxHeaderBytes} bytes of them");

    private static HeronException Malformed(string why, Exception? cause = null) =>
        new(FaultKind.BadRequest, $"the multipart body is malformed: {why}", cause);
}
