namespace Heron.ZooKeeper;

/// <summary>The server answered with an error; the request had no effect.</summary>
public sealed class ZooKeeperServerException : ZooKeeperException
{
    internal ZooKeeperServerException(ErrorCode code, string? path)
        : base(code, path, mayHaveHappened: false, ErrorText.Of(code, path), null)
    {
    }
}
