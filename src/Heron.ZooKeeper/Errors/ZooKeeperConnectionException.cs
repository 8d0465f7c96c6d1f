namespace Heron.ZooKeeper;

/// <summary>
/// No answer came: the connection was lost or the deadline passed. <see cref="ZooKeeperException.MayHaveHappened"/> tells
/// whether the request had left.
/// </summary>
public sealed class ZooKeeperConnectionException : ZooKeeperException
{
    internal ZooKeeperConnectionException(ErrorCode code, string? path, bool mayHaveHappened, string message, Exception? inner = null)
        : base(code, path, mayHaveHappened, message, inner)
    {
    }
}
