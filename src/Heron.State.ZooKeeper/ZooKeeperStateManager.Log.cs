using Heron.ZooKeeper;
using Microsoft.Extensions.Logging;

namespace Heron.State.ZooKeeper;

/// <content>What is logged.</content>
public sealed partial class ZooKeeperStateManager
{
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "state is kept in ZooKeeper at {Servers}, below {Root}")]
        public static partial void Started(ILogger logger, ConnectionString servers, string root);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the answer to {Operation} of topology {Topology} was lost ({Reason}), looking up what happened")]
        public static partial void AnswerLost(ILogger logger, string operation, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Operation} of topology {Topology} had happened although its answer was lost")]
        public static partial void HadHappened(ILogger logger, string operation, string topology);

        [LoggerMessage(Level = LogLevel.Error, Message = "whether topology {Topology} ({TopologyId}) was registered could not be found out; it was reported as failed and will be removed when ZooKeeper answers")]
        public static partial void OutcomeUnknown(ILogger logger, string topology, string topologyId);

        [LoggerMessage(Level = LogLevel.Information, Message = "removed {Node} of a lock that session {Session:x} of a server that died had held")]
        public static partial void LockReleased(ILogger logger, string node, long session);

        [LoggerMessage(Level = LogLevel.Information, Message = "the unfinished registration of topology {Topology} ({TopologyId}) is settled, removed: {Removed}")]
        public static partial void Undone(ILogger logger, string topology, string topologyId, bool removed);
    }
}
