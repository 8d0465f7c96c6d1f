// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>
/// What ZooKeeper's errors mean to the person who asked: whatever comes from there, this server is fine and cannot serve now.
/// </summary>
internal static class StateFaults
{
    public static HeronException From(Exception error, ConnectionString servers) => error switch
    {
        ZooKeeperSessionException { Code: ErrorCode.AuthFailed } => new StateStoreAwayException(
            $"ZooKeeper ({servers}) refused our credentials; check {ZooKeeperStateKeys.DigestFile}", error),
        ZooKeeperConnectionException or ZooKeeperSessionException => new StateStoreAwayException(
            $"ZooKeeper ({servers}) cannot be reached: {((ZooKeeperException)error).Reason}; check {ConfigKeys.StatemgrConnectionString} and that a server runs there",
            error),
        ZooKeeperException { Code: ErrorCode.NoAuth } => new HeronException(
            FaultKind.Unavailable,
            $"ZooKeeper ({servers}) does not let us: {error.Message}; check {ZooKeeperStateKeys.Acl}, {ZooKeeperStateKeys.DigestFile} and the access of the existing nodes",
            error),
        ArgumentException => new HeronException(FaultKind.Invalid, error.Message, error),
        _ => new HeronException(FaultKind.Unavailable, $"ZooKeeper ({servers}) cannot be used now: {((error as ZooKeeperException)?.Reason ?? error.Message).TrimEnd('.')}", error),
    };
}
