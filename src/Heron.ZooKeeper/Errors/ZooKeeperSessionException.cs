namespace Heron.ZooKeeper;

/// <summary>The session cannot be used: it expired, its credentials were refused, or the client was disposed.</summary>
public sealed class ZooKeeperSessionException : ZooKeeperException
{
    internal ZooKeeperSessionException(ErrorCode code, string? path, bool mayHaveHappened, string message, Exception? inner = null)
        : base(code, path, mayHaveHappened, message, inner)
    {
    }
}
