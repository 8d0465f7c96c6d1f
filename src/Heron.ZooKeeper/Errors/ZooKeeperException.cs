namespace Heron.ZooKeeper;

/// <summary>
/// A call to ZooKeeper failed. The family is closed: what the server answered is a <see cref="ZooKeeperServerException"/> or,
/// for a multi, a <see cref="ZooKeeperMultiException"/>; a lost connection or a passed deadline is a
/// <see cref="ZooKeeperConnectionException"/>; a session that cannot be used is a <see cref="ZooKeeperSessionException"/>;
/// bytes that are not ZooKeeper's protocol are a <see cref="ZooKeeperProtocolException"/>.
/// </summary>
public abstract class ZooKeeperException : Exception
{
    private protected ZooKeeperException(ErrorCode code, string? path, bool mayHaveHappened, string message, Exception? inner)
        : base(message, inner)
    {
        Code = code;
        Path = path;
        MayHaveHappened = mayHaveHappened;
    }

    /// <summary>Why the call failed.</summary>
    public ErrorCode Code { get; }

    /// <summary>The node that the call was about, as the caller wrote it; <see langword="null"/> when it was about none.</summary>
    public string? Path { get; }

    /// <summary>
    /// <see langword="true"/> when the request left this machine and no answer came: the server may have carried it out or
    /// may yet do so. <see langword="false"/> when it certainly was not carried out.
    /// </summary>
    public bool MayHaveHappened { get; }
}
