namespace Heron.ZooKeeper;

/// <summary>Bytes from the server are not ZooKeeper's protocol, or a request is larger than the frame limit.</summary>
public sealed class ZooKeeperProtocolException : ZooKeeperException
{
    internal ZooKeeperProtocolException(string message, string? path = null, bool mayHaveHappened = false, Exception? inner = null)
        : base(ErrorCode.Protocol, path, mayHaveHappened, message, inner)
    {
    }
}
