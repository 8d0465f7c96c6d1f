// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Heron.ZooKeeper.Protocol;

/// <summary>
/// Writes one frame in jute, ZooKeeper's big-endian encoding, into a pooled array. The first four bytes are kept free for
/// the length.
/// </summary>
internal sealed class JuteWriter(int maxFrameBytes)
{
    public const int LengthPrefix = 4;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256);
    private int _position = LengthPrefix;

    public void Int(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void Bool(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void Buffer(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void String(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Int(length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void Strings(IReadOnlyList<string> values)
    {
        Int(values.Count);
        foreach (string value in values)
        {
            String(value);
        }
    }

    public void Acls(IReadOnlyList<Acl> entries)
    {
        Int(entries.Count);
        foreach (Acl entry in entries)
        {
            Int((int)entry.Permissions);
            String(entry.Scheme);
            String(entry.Id);
        }
    }

    /// <summary>Fills in the length and hands the array over; the receiver returns it to the pool.</summary>
    public Frame Finish()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer, _position - LengthPrefix);
        var frame = new Frame(_buffer, _position);
        _buffer = [];
        return frame;
    }

    private Span<byte> Take(int count)
    {
        if (count > maxFrameBytes - (_position - LengthPrefix))
        {
            throw new ZooKeeperProtocolException(
                $"the request is larger than {maxFrameBytes} bytes; raise MaxFrameBytes here and jute.maxbuffer on the servers, or store less.");
        }

        if (_position + count > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _position + count));
            _buffer.AsSpan(0, _position).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        Span<byte> span = _buffer.AsSpan(_position, count);
        _position += count;
        return span;
    }
}
