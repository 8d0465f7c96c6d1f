// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Parts;
using Heron.Core.State;

namespace Heron.State.ZooKeeper;

/// <summary>What this room offers.</summary>
public static class ZooKeeperPart
{
    /// <summary>The state manager.</summary>
    public static IPart<IStateManager> StateManager { get; } = new Part<IStateManager, ZooKeeperStateOptions>
    {
        Name = "ZooKeeper",
        ClassNames = ["statemgr.zookeeper.curator.CuratorStateManager"],
        Settings = SettingNames.In(typeof(ZooKeeperStateKeys)),
        Rewriting = ZooKeeperAddress.Replacements,
        ReadOptions = (settings, findings) => ZooKeeperStateOptions.Read(settings.Config, findings),
        Make = (options, tools) => new ZooKeeperStateManager(
            options with
            {
                TManagerDirectory = tools.Core.TManagerDirectory,
                Client = options.Client with { TimeProvider = tools.Time },
            },
            tools.Time,
            tools.Loggers),
    };
}
