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
