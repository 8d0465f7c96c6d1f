// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Protocol;

/// <summary>The first message in each direction of every connection.</summary>
internal static class Handshake
{
    public static Frame Request(long lastZxid, TimeSpan timeout, long sessionId, byte[] password)
    {
        var writer = new JuteWriter(1024);
        writer.Int(0); // protocol version
        writer.Long(lastZxid);
        writer.Int((int)timeout.TotalMilliseconds);
        writer.Long(sessionId);
        writer.Buffer(password);
        writer.Bool(false); // read-only servers are not wanted
        return writer.Finish();
    }

    public static HandshakeReply Read(ReadOnlySpan<byte> frame)
    {
        var reader = new JuteReader(frame);
        _ = reader.Int(); // protocol version
        int timeout = reader.Int();
        long sessionId = reader.Long();
        byte[] password = reader.Buffer();
        if (password.Length > 64)
        {
            throw new ZooKeeperProtocolException("the server's handshake holds an impossible password");
        }

        // Servers older than 3.4 do not send the read-only flag; nothing here depends on it.
        return new HandshakeReply(TimeSpan.FromMilliseconds(Math.Max(0, timeout)), sessionId, password);
    }
}

/// <summary>What the server granted.</summary>
internal sealed record HandshakeReply(TimeSpan Timeout, long SessionId, byte[] Password)
{
    /// <summary>The server does not know the session that was asked for.</summary>
    public bool Expired => Timeout <= TimeSpan.Zero || SessionId == 0;
}

/// <summary>Says in words what the first bytes of something that is not ZooKeeper probably are.</summary>
internal static class PeerGuess
{
    public static string From(ReadOnlySpan<byte> first)
    {
        // A TLS alert (21) or handshake (22) record of any version begins with the type and major version 3.
        if (first.Length >= 2 && first[0] is 0x15 or 0x16 && first[1] == 3)
        {
            return "the port speaks TLS; configure TLS or use the plain client port.";
        }

        return first.StartsWith("HTTP"u8)
            ? "the port speaks HTTP (ZooKeeper's admin server?); use the client port."
            : "this is not ZooKeeper's client protocol, or MaxFrameBytes is smaller than the servers' jute.maxbuffer.";
    }
}
