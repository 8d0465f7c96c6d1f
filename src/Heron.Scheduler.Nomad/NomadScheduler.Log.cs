// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad;

internal sealed partial class NomadScheduler
{
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Topology {Topology}: registering {Count} jobs, {Parallelism} at a time")]
        public static partial void Registering(ILogger logger, string topology, int count, int parallelism);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Topology {Topology}: container {Container} is registered as job {Job}")]
        public static partial void Registered(ILogger logger, string topology, int container, string job);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Topology {Topology}: container {Container} is no longer registered as job {Job}")]
        public static partial void Deregistered(ILogger logger, string topology, int container, string job);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Topology {Topology}: {Warning}")]
        public static partial void NotPlaced(ILogger logger, string topology, string warning);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Topology {Topology}: removing what was registered, because: {Reason}")]
        public static partial void Undoing(ILogger logger, string topology, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Topology {Topology}: {Left}")]
        public static partial void NotUndone(ILogger logger, string topology, string left);

        [LoggerMessage(Level = LogLevel.Information, Message = "Topology {Topology}: removing {Count} jobs")]
        public static partial void Killing(ILogger logger, string topology, int count);

        [LoggerMessage(Level = LogLevel.Information, Message = "Topology {Topology}: restarting {Containers}")]
        public static partial void Restarting(ILogger logger, string topology, string containers);

        [LoggerMessage(Level = LogLevel.Information, Message = "Topology {Topology}: adding {Containers} like container {Pattern}")]
        public static partial void Adding(ILogger logger, string topology, string containers, int pattern);

        [LoggerMessage(Level = LogLevel.Information, Message = "Topology {Topology}: removing {Containers}")]
        public static partial void Removing(ILogger logger, string topology, string containers);
    }
}
