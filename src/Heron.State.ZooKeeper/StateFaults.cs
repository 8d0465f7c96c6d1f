using Heron.Core;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>What ZooKeeper's errors mean to the person who asked.</summary>
internal static class StateFaults
{
    public static HeronException From(Exception error, ConnectionString servers) => error switch
    {
        ZooKeeperSessionException { Code: ErrorCode.AuthFailed } => new HeronException(
            FaultKind.Unavailable, $"ZooKeeper ({servers}) refused our credentials; check {ZooKeeperStateKeys.DigestFile}", error),
        ZooKeeperConnectionException or ZooKeeperSessionException => new HeronException(
            FaultKind.Unavailable, $"ZooKeeper ({servers}) cannot be reached: {error.Message}", error),
        ZooKeeperException { Code: ErrorCode.NoAuth } => new HeronException(
            FaultKind.Internal,
            $"ZooKeeper ({servers}) does not let us: {error.Message}; check {ZooKeeperStateKeys.Acl}, {ZooKeeperStateKeys.DigestFile} and the access of the existing nodes",
            error),
        ZooKeeperException { Code: ErrorCode.SessionMoved or ErrorCode.NotReadOnly or ErrorCode.Throttled } => new HeronException(
            FaultKind.Unavailable, $"ZooKeeper ({servers}) cannot be used now: {error.Message}", error),
        ArgumentException => new HeronException(FaultKind.Invalid, error.Message, error),
        _ => new HeronException(FaultKind.Internal, $"ZooKeeper ({servers}): {error.Message}", error),
    };
}
