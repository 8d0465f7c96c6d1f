// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper;

/// <summary>Why a call failed. Negative values are those of the wire protocol; positive ones are made by the client.</summary>
public enum ErrorCode
{
    /// <summary>No error.</summary>
    Ok = 0,

    /// <summary>The server failed in an unspecified way.</summary>
    SystemError = -1,

    /// <summary>An operation of a multi that was not tried because another one failed.</summary>
    RuntimeInconsistency = -2,

    /// <summary>The server found its data inconsistent.</summary>
    DataInconsistency = -3,

    /// <summary>The connection was lost.</summary>
    ConnectionLoss = -4,

    /// <summary>The server could not read the request.</summary>
    MarshallingError = -5,

    /// <summary>The server does not know the operation.</summary>
    Unimplemented = -6,

    /// <summary>The deadline of the call passed.</summary>
    OperationTimeout = -7,

    /// <summary>The server does not accept the arguments.</summary>
    BadArguments = -8,

    /// <summary>The server failed in an unspecified way.</summary>
    ApiError = -100,

    /// <summary>The node does not exist.</summary>
    NoNode = -101,

    /// <summary>The session has no permission.</summary>
    NoAuth = -102,

    /// <summary>The version is not the expected one.</summary>
    BadVersion = -103,

    /// <summary>Ephemeral nodes cannot have children.</summary>
    NoChildrenForEphemerals = -108,

    /// <summary>The node exists already.</summary>
    NodeExists = -110,

    /// <summary>The node still has children.</summary>
    NotEmpty = -111,

    /// <summary>The session ended.</summary>
    SessionExpired = -112,

    /// <summary>The access control list is not valid.</summary>
    InvalidAcl = -114,

    /// <summary>The server refused the credentials.</summary>
    AuthFailed = -115,

    /// <summary>The client is closing.</summary>
    Closing = -116,

    /// <summary>The session has moved to another server.</summary>
    SessionMoved = -118,

    /// <summary>The server is read-only.</summary>
    NotReadOnly = -119,

    /// <summary>No such watch exists.</summary>
    NoWatcher = -121,

    /// <summary>A quota would be exceeded.</summary>
    QuotaExceeded = -125,

    /// <summary>The server limits its load.</summary>
    Throttled = -127,

    /// <summary>What came from the server is not ZooKeeper's protocol, or a request is larger than the limit.</summary>
    Protocol = 1,

    /// <summary>The client was disposed.</summary>
    Closed = 2,

    /// <summary>More requests wait for a connection than the options allow.</summary>
    QueueFull = 3,
}

/// <summary>One sentence per code, for exception messages.</summary>
internal static class ErrorText
{
    public static string Of(ErrorCode code, string? path)
    {
        string reason = code switch
        {
            ErrorCode.NoNode => "the node does not exist",
            ErrorCode.NodeExists => "the node exists already",
            ErrorCode.BadVersion => "the node's version is not the expected one",
            ErrorCode.NotEmpty => "the node still has children",
            ErrorCode.NoAuth => "the session has no permission",
            ErrorCode.InvalidAcl => "the access control list is not valid (scheme 'auth' needs credentials)",
            ErrorCode.NoChildrenForEphemerals => "ephemeral nodes cannot have children",
            ErrorCode.BadArguments => "the server does not accept the arguments",
            ErrorCode.Unimplemented => "the server does not know the operation",
            ErrorCode.SessionMoved => "the session has moved to another server",
            ErrorCode.SessionExpired => "the session has expired",
            ErrorCode.AuthFailed => "the server refused the credentials",
            ErrorCode.NotReadOnly => "the server is read-only",
            ErrorCode.QuotaExceeded => "a quota would be exceeded",
            ErrorCode.Throttled => "the server limits its load",
            ErrorCode.RuntimeInconsistency => "not tried, because another operation of the multi failed",
            _ => "the server answered with an error",
        };
        return path is null ? $"{reason} ({code})" : $"{reason}: {Printable.Text(path)} ({code})";
    }
}
