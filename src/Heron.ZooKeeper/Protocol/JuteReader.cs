// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Heron.ZooKeeper.Protocol;

/// <summary>
/// Reads jute from one frame. Every length is checked against the bytes that are really there before anything is allocated,
/// so a lying frame costs no memory.
/// </summary>
internal ref struct JuteReader(ReadOnlySpan<byte> frame)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = frame;

    public readonly int Remaining => _rest.Length;

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public bool Bool() => Take(1)[0] != 0;

    /// <summary>Bytes; the server sends -1 for a node that never had any.</summary>
    public byte[] Buffer()
    {
        int length = Int();
        return length == -1 ? [] : Take(length).ToArray();
    }

    public string String()
    {
        int length = Int();
        if (length == -1)
        {
            return "";
        }

        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new ZooKeeperProtocolException("a string in the server's answer is not UTF-8", inner: e);
        }
    }

    public string[] Strings()
    {
        string[] values = new string[Count(minimumItemBytes: 4)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = String();
        }

        return values;
    }

    public Acl[] Acls()
    {
        var entries = new Acl[Count(minimumItemBytes: 12)];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new Acl((Permissions)Int(), String(), String());
        }

        return entries;
    }

    public NodeStat Stat() => new(
        CreatedZxid: Long(),
        ModifiedZxid: Long(),
        CreatedAt: Long(),
        ModifiedAt: Long(),
        Version: Int(),
        ChildrenVersion: Int(),
        AclVersion: Int(),
        EphemeralOwner: Long(),
        DataLength: Int(),
        ChildCount: Int(),
        ChildrenZxid: Long());

    private int Count(int minimumItemBytes)
    {
        int count = Int();
        return count == -1 ? 0
            : count < 0 || count > _rest.Length / minimumItemBytes ? throw TooShort(count)
            : count;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw TooShort(count);
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private readonly ZooKeeperProtocolException TooShort(int wanted) =>
        new($"the server's answer ends too early: {wanted} more wanted, {_rest.Length} bytes left");
}
