// SPDX-License-Identifier: Apache-2.0
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
        Reason = message;
    }

    /// <summary>
    /// Why, in words that name no operation of the protocol: for messages to people who asked for something else, of which the call
    /// was a part.
    /// </summary>
    public string Reason { get; internal init; }

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

/// <summary>The server answered with an error; the request had no effect.</summary>
public sealed class ZooKeeperServerException : ZooKeeperException
{
    internal ZooKeeperServerException(ErrorCode code, string? path)
        : base(code, path, mayHaveHappened: false, ErrorText.Of(code, path), null)
    {
    }
}

/// <summary>A multi was refused as a whole because one of its operations failed; none of them had an effect.</summary>
public sealed class ZooKeeperMultiException : ZooKeeperException
{
    internal ZooKeeperMultiException(int failedIndex, ErrorCode code, string? path, IReadOnlyList<ErrorCode> codes)
        : base(code, path, mayHaveHappened: false, $"operation {failedIndex} of {codes.Count} failed, so none was carried out: {ErrorText.Of(code, path)}", null)
    {
        FailedIndex = failedIndex;
        Codes = codes;
    }

    /// <summary>The index of the operation that failed, counted from 0.</summary>
    public int FailedIndex { get; }

    /// <summary>
    /// One code per operation: <see cref="ErrorCode.Ok"/> for those before the failed one (undone with it), the reason at
    /// <see cref="FailedIndex"/>, <see cref="ErrorCode.RuntimeInconsistency"/> for those that were not tried.
    /// </summary>
    public IReadOnlyList<ErrorCode> Codes { get; }
}

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

/// <summary>The session cannot be used: it expired, its credentials were refused, or the client was disposed.</summary>
public sealed class ZooKeeperSessionException : ZooKeeperException
{
    internal ZooKeeperSessionException(ErrorCode code, string? path, bool mayHaveHappened, string message, Exception? inner = null)
        : base(code, path, mayHaveHappened, message, inner)
    {
    }
}

/// <summary>Bytes from the server are not ZooKeeper's protocol, or a request is larger than the frame limit.</summary>
public sealed class ZooKeeperProtocolException : ZooKeeperException
{
    internal ZooKeeperProtocolException(string message, string? path = null, bool mayHaveHappened = false, Exception? inner = null)
        : base(ErrorCode.Protocol, path, mayHaveHappened, message, inner)
    {
    }
}
