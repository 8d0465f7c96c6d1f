// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Heron.Core.Storage;

namespace Heron.Operations.Submit;

/// <summary>
/// A gzip file (RFC 1952), whose content is compressed or only stored piece by piece, as is worth it. What was stored can be changed
/// afterwards without writing the rest again. It has one member, for Heron's own downloader unpacks the first one only.
/// </summary>
/// <param name="file">Where it goes; ends with this.</param>
internal sealed class GzipFile(StagedFile file) : IDisposable
{
    // RFC 1951 section 3.2.4: what the two bytes of a stored block's length can say.
    private const int LongestStored = ushort.MaxValue;

    private readonly Crc32 _crc = new();
    private readonly List<(uint Difference, long End)> _changes = [];
    private WriteStream? _target;
    private DeflateStream? _deflate;

    // No name, no time, and nothing that says on which system: the same submission is the same bytes.
    private static ReadOnlySpan<byte> Head => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

    private static ReadOnlySpan<byte> EmptyLastBlock => [1, 0, 0, 0xFF, 0xFF];

    /// <summary>Bytes of the content so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds content as it is.</summary>
    /// <returns>Where in the file its first byte is. Content of less than 64 KiB is in one piece there.</returns>
    public long Store(ReadOnlySpan<byte> content)
    {
        EndCompression();
        Count(content);
        Span<byte> head = stackalloc byte[5];
        var offset = file.Length + head.Length;
        while (content.Length > 0)
        {
            var piece = content[..Math.Min(content.Length, LongestStored)];
            head[0] = 0;
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)piece.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~piece.Length);
            file.Write(head);
            file.Write(piece);
            content = content[piece.Length..];
        }

        return offset;
    }

    /// <summary>Adds content in as few bytes as a quick attempt finds.</summary>
    public void Compress(ReadOnlySpan<byte> content)
    {
        if (content.Length > 0)
        {
            Count(content);
            _target ??= new WriteStream(file.Write);
            _deflate ??= new DeflateStream(_target, CompressionLevel.Fastest);
            _deflate.Write(content);
        }
    }

    /// <summary>Changes what was stored.</summary>
    /// <param name="offset">Where <see cref="Store"/> put it.</param>
    /// <param name="end">What <see cref="Length"/> was directly behind it.</param>
    /// <param name="before">What is there, in one piece.</param>
    /// <param name="after">What is to be there; as long.</param>
    public void Replace(long offset, long end, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        _changes.Add((Crc32.HashToUInt32(before) ^ Crc32.HashToUInt32(after), end));
        file.Overwrite(offset, after);
    }

    /// <summary>Writes the end of the file.</summary>
    public void Finish()
    {
        if (_deflate is null)
        {
            Begin();
            file.Write(EmptyLastBlock);
        }
        else
        {
            _deflate.Dispose();
            _deflate = null;
        }

        Span<byte> end = stackalloc byte[8];
        var crc = _changes.Aggregate(_crc.GetCurrentHashAsUInt32(), (sum, change) => sum ^ Crc32Shift.Over(change.Difference, Length - change.End));
        BinaryPrimitives.WriteUInt32LittleEndian(end, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], (uint)Length);
        file.Write(end);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_target is not null)
        {
            // What the compressor still has belongs to a file that nobody wants.
            _target.IsClosed = true;
        }

        _deflate?.Dispose();
        _target?.Dispose();
        file.Dispose();
    }

    private void Begin()
    {
        if (file.Length == 0)
        {
            file.Write(Head);
        }
    }

    private void Count(ReadOnlySpan<byte> content)
    {
        Begin();
        _crc.Append(content);
        Length += content.Length;
    }

    // All of it up to a whole byte, and no end: what the compressor would write about the end of everything is dropped.
    private void EndCompression()
    {
        if (_deflate is not null)
        {
            _deflate.Flush();
            _target!.IsClosed = true;
            _deflate.Dispose();
            (_target, _deflate) = (null, null);
        }
    }
}
