// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;

namespace Heron.Operations.Submit;

/// <summary>The head of a file in a tar archive whose length is filled in, and changed, by hand.</summary>
internal static class TarHead
{
    /// <summary>What an archive is made of; every file takes a multiple of it.</summary>
    public const int BlockSize = 512;

    // POSIX ustar: the size and the checksum, each as octal digits with something behind them.
    private const int SizeAt = 124;
    private const int SizeLength = 12;
    private const int ChecksumAt = 148;
    private const int ChecksumLength = 8;
    private const long TooLargeForOctal = 1L << 33;

    /// <summary>The blocks before the content.</summary>
    /// <param name="entry">Name and mode of the file.</param>
    /// <param name="length">Bytes of the content.</param>
    public static byte[] Of(GnuTarEntry entry, long length)
    {
        using var blocks = new MemoryStream();

        // Only what comes before the archive's end, which the writer adds when it is closed.
        byte[] head;
        using (var tar = new TarWriter(blocks, TarEntryFormat.Gnu, leaveOpen: true))
        {
            tar.WriteEntry(entry);
            head = blocks.ToArray();
        }

        var last = head.AsSpan(head.Length - BlockSize);
        WriteSize(last.Slice(SizeAt, SizeLength), length);
        WriteChecksum(last);
        return head;
    }

    // As GNU tar, BusyBox and Java's libraries read it: eleven octal digits, or a number in base 256 with the first bit set.
    private static void WriteSize(Span<byte> field, long length)
    {
        field.Clear();
        if (length < TooLargeForOctal)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(SizeLength - 1, '0'), field);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(field[^sizeof(long)..], length);
            field[0] = 0x80;
        }
    }

    private static void WriteChecksum(Span<byte> block)
    {
        var field = block.Slice(ChecksumAt, ChecksumLength);
        field.Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(ChecksumLength - 2, '0') + "\0 ", field);
    }
}
