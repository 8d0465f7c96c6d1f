// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Heron.Core;

namespace Heron.ApiServer.FormData;

/// <summary>Takes the Content-Transfer-Encoding (RFC 2045 section 6) off the content of a part, piece by piece.</summary>
internal abstract class TransferDecoder
{
    /// <summary>The most bytes that a decoder keeps back from one piece to the next.</summary>
    public const int MaxHeld = 1024;

    /// <summary>The decoder for an encoding, or null when the content is as it is.</summary>
    /// <param name="encoding">The header's value; null when there is none.</param>
    /// <param name="part">The part's name, for messages.</param>
    /// <exception cref="BadHttpRequestException">415: the encoding is not known.</exception>
    public static TransferDecoder? For(string? encoding, string part) => encoding?.Trim().ToLowerInvariant() switch
    {
        null or "" or "7bit" or "8bit" or "binary" => null,
        "base64" => new Base64Decoder(part),
        "quoted-printable" => new QuotedPrintableDecoder(part),
        _ => throw new BadHttpRequestException(
            $"the part '{ShownText.Of(part)}' has the Content-Transfer-Encoding {ShownText.Of(encoding!)}, which this server "
                + "does not know; send binary (or no such header), base64 or quoted-printable",
            StatusCodes.Status415UnsupportedMediaType),
    };

    /// <summary>Decodes a piece.</summary>
    /// <param name="source">What arrived.</param>
    /// <param name="isLast">Whether nothing comes after it.</param>
    /// <param name="target">Has room for the piece and <see cref="MaxHeld"/> bytes more.</param>
    /// <returns>The number of bytes written.</returns>
    public abstract int Decode(ReadOnlySpan<byte> source, bool isLast, Span<byte> target);

    private static HeronException Broken(string part, string encoding) => new(
        FaultKind.BadRequest,
        $"the part '{ShownText.Of(part)}' says Content-Transfer-Encoding: {encoding}, but its content is no {encoding}");

    private sealed class Base64Decoder(string part) : TransferDecoder
    {
        private readonly byte[] _quantum = new byte[4];
        private int _filled;
        private bool _padded;

        public override int Decode(ReadOnlySpan<byte> source, bool isLast, Span<byte> target)
        {
            var written = 0;
            foreach (var value in source)
            {
                if (value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                {
                    continue;
                }

                _quantum[_filled++] = value;
                if (_filled == _quantum.Length)
                {
                    // After padding nothing can come.
                    if (_padded || Base64.DecodeFromUtf8(_quantum, target[written..], out _, out var bytes) != OperationStatus.Done)
                    {
                        throw Broken(part, "base64");
                    }

                    _filled = 0;
                    _padded = bytes < 3;
                    written += bytes;
                }
            }

            return !isLast || _filled == 0 ? written : throw Broken(part, "base64");
        }
    }

    private sealed class QuotedPrintableDecoder(string part) : TransferDecoder
    {
        private const int MaxEscape = 3;

        // What cannot be decided yet: an escape that has only begun, or blanks, which count only when more of the line follows.
        private readonly byte[] _held = new byte[MaxHeld - MaxEscape];
        private int _count;

        public override int Decode(ReadOnlySpan<byte> source, bool isLast, Span<byte> target)
        {
            var written = 0;
            foreach (var value in source)
            {
                if (_count > 0 && _held[0] == '=')
                {
                    _held[_count++] = value;
                    if (IsSoftBreak(out var canBeOne))
                    {
                        _count = 0;
                    }
                    else if (!canBeOne && _count >= MaxEscape)
                    {
                        target[written++] = Escaped();
                    }
                    else if (_count == _held.Length)
                    {
                        throw Broken(part, "quoted-printable");
                    }
                }
                else if (value is (byte)' ' or (byte)'\t')
                {
                    if (_count == _held.Length)
                    {
                        throw Broken(part, "quoted-printable");
                    }

                    _held[_count++] = value;
                }
                else
                {
                    if (value is not ((byte)'\r' or (byte)'\n'))
                    {
                        _held.AsSpan(0, _count).CopyTo(target[written..]);
                        written += _count;
                    }

                    _count = 0;
                    if (value == '=')
                    {
                        _held[_count++] = value;
                    }
                    else
                    {
                        target[written++] = value;
                    }
                }
            }

            // A last line may end in a soft break without the line end, which belongs to the delimiter.
            return isLast && _count > 1 && _held[0] == '=' && !IsSoftBreak(out var canBe) && !canBe
                ? throw Broken(part, "quoted-printable")
                : written;
        }

        // "=" and blanks up to the end of the line: the line goes on in the next.
        private bool IsSoftBreak(out bool canBe)
        {
            var rest = _held.AsSpan(1, _count - 1).TrimStart(" \t"u8);
            canBe = rest.Length == 0 || rest.SequenceEqual("\r"u8);
            return rest.SequenceEqual("\r\n"u8) || rest.SequenceEqual("\n"u8);
        }

        private byte Escaped()
        {
            _count = 0;
            return byte.TryParse(_held.AsSpan(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw Broken(part, "quoted-printable");
        }
    }
}
