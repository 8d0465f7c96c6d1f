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
