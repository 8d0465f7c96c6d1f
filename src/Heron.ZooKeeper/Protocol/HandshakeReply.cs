namespace Heron.ZooKeeper.Protocol;

/// <summary>What the server granted.</summary>
internal sealed record HandshakeReply(TimeSpan Timeout, long SessionId, byte[] Password)
{
    /// <summary>The server does not know the session that was asked for.</summary>
    public bool Expired => Timeout <= TimeSpan.Zero || SessionId == 0;
}
