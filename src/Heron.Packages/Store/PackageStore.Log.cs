// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Heron.Packages.Store;

/// <content>What the log says of packages.</content>
public sealed partial class PackageStore
{
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} has the content {Sha256}")]
        public static partial void Content(ILogger logger, string name, string sha256);

        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is described")]
        public static partial void Described(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is published")]
        public static partial void Published(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault}")]
        public static partial void Damaged(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is no longer served")]
        public static partial void NameRemoved(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is removed")]
        public static partial void Removed(ILogger logger, string name);

        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "package {Name} is removed: no topology holds it, and nobody fetched it lately; it is {Days:0.#} days old")]
        public static partial void Expired(ILogger logger, string name, double days);

        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "package {Name} is removed: neither the state nor the scheduler has its topology {TopologyId} any more; somebody else killed it")]
        public static partial void Abandoned(ILogger logger, string name, string? topologyId);

        [LoggerMessage(Level = LogLevel.Information, Message = "package {Name} of an earlier server is taken over: sha256 {Sha256}")]
        public static partial void TakenOver(ILogger logger, string name, string sha256);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "package {Name} of an earlier server is not taken over now, and looked at again with the next sweep: {Reason}")]
        public static partial void NotTakenOver(ILogger logger, string name, string reason);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{Count} files of the package store that nobody needs cannot be removed now, and are tried again with the next sweep; {Name}: {Reason}")]
        public static partial void NotRemoved(ILogger logger, int count, string? name, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the package store {Folder} cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger logger, string folder, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "that {Path} was fetched cannot be noted: {Reason}")]
        public static partial void NotNoted(ILogger logger, string path, string reason);
    }
}
