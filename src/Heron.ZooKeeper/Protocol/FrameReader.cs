// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;

namespace Heron.ZooKeeper.Protocol;

/// <summary>
/// Cuts a stream into frames. The buffer grows with the bytes that arrive, not with the length that is announced, and a
/// length above the limit ends the connection.
/// </summary>
internal sealed class FrameReader(Stream stream, int maxFrameBytes)
{
    private const int InitialSize = 16 * 1024;
    private const int BusySize = 64 * 1024;

    /// <summary>
    /// So many bytes of a frame that is not whole yet count as progress. Fewer do not: behind a length that is garbage, the
    /// answers to pings alone would keep a dead connection alive for as long as they take to fill the frame.
    /// </summary>
    private const int Progress = 4 * 1024;

    private byte[] _buffer = new byte[InitialSize];
    private int _start;
    private int _end;
    private int _unheeded;

    /// <summary>Called after every read that ended a frame or brought a large one forward: those are signs of life.</summary>
    public Action? Received { get; set; }

    /// <summary>Bytes held at most so far; for tests of memory bounds.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Waits for the next frame. The memory is valid until the next call.</summary>
    /// <returns>The frame without its length.</returns>
    /// <exception cref="EndOfStreamException">The other side closed the connection.</exception>
    /// <exception cref="ZooKeeperProtocolException">The announced length is not possible.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out ReadOnlyMemory<byte> frame))
            {
                HeedBytes(atLeast: 1);
                return frame;
            }

            HeedBytes(Progress);

            MakeRoom();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("the server closed the connection");
            }

            _end += read;
            _unheeded += read;
        }
    }

    private void HeedBytes(int atLeast)
    {
        if (_unheeded >= atLeast)
        {
            _unheeded = 0;
            Received?.Invoke();
        }
    }

    private bool TryTake(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        if (_end - _start < 4)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (length < 0 || length > maxFrameBytes)
        {
            throw new ZooKeeperProtocolException(
                $"the server announced a frame of {length} bytes (limit {maxFrameBytes}): {PeerGuess.From(_buffer.AsSpan(_start, Math.Min(_end - _start, 8)))}");
        }

        if (_end - _start - 4 < length)
        {
            return false;
        }

        frame = _buffer.AsMemory(_start + 4, length);
        _start += 4 + length;
        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > BusySize)
            {
                // One large answer must not hold its memory for ever.
                _buffer = new byte[InitialSize];
            }
        }
        else if (_end == _buffer.Length)
        {
            int held = _end - _start;

            // A read that filled the buffer says that more is waiting: larger portions mean fewer system calls.
            bool grow = held > _buffer.Length / 2 || _buffer.Length < BusySize;
            byte[] target = grow ? new byte[Math.Min(_buffer.Length * 2, Math.Max(maxFrameBytes + 4, _buffer.Length + InitialSize))] : _buffer;
            _buffer.AsSpan(_start, held).CopyTo(target);
            _buffer = target;
            _start = 0;
            _end = held;
        }
    }
}

/// <summary>One length-prefixed message in a pooled array.</summary>
internal readonly struct Frame(byte[] array, int length)
{
    public int Length => length;

    public ReadOnlyMemory<byte> Memory => array.AsMemory(0, length);

    /// <summary>Sets the transaction id, the first field after the length of every request but the handshake.</summary>
    public void SetXid(int xid) => BinaryPrimitives.WriteInt32BigEndian(array.AsSpan(JuteWriter.LengthPrefix), xid);

    public void Return()
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}

/// <summary>What every frame from the server but the handshake's begins with.</summary>
internal readonly record struct ReplyHeader(int Xid, long Zxid, ErrorCode Error)
{
    public static ReplyHeader Read(ref JuteReader reader) => new(reader.Int(), reader.Long(), (ErrorCode)reader.Int());
}
