// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Connections;
using Microsoft.Extensions.Logging;

namespace Heron.ZooKeeper.Sessions;

/// <content>What is logged. Never data, passwords or secrets.</content>
internal sealed partial class Session
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "ZooKeeper: connected to {Endpoint}, session 0x{SessionId:x}, timeout {TimeoutMs} ms")]
        public static partial void Connected(ILogger log, Endpoint endpoint, long sessionId, double timeoutMs);

        [LoggerMessage(2, LogLevel.Debug, "ZooKeeper: cannot connect to {Reason}")]
        public static partial void ConnectFailed(ILogger log, string reason);

        [LoggerMessage(3, LogLevel.Warning, "ZooKeeper: lost the connection to {Endpoint}: {Reason}")]
        public static partial void Lost(ILogger log, Endpoint endpoint, string reason);

        [LoggerMessage(4, LogLevel.Warning, "ZooKeeper: session 0x{SessionId:x} has ended: {Why}")]
        public static partial void Expired(ILogger log, long sessionId, string why);

        [LoggerMessage(5, LogLevel.Error, "ZooKeeper: {Endpoint} refused the credentials; no further attempt is made")]
        public static partial void CredentialsRefused(ILogger log, Endpoint endpoint);

        [LoggerMessage(6, LogLevel.Debug, "ZooKeeper: the client has stopped looking for servers")]
        public static partial void LoopEnded(ILogger log);

        [LoggerMessage(7, LogLevel.Warning, "ZooKeeper: no server can be reached: {Reason}")]
        public static partial void Unreachable(ILogger log, string reason);
    }
}
