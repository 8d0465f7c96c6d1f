using System.Buffers;
using System.Buffers.Binary;

namespace Heron.ZooKeeper.Protocol;

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
