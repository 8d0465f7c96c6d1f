// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Parts;
using Heron.Core.State;
using Heron.State.Folder;

namespace Heron.ApiServer.Composition;

/// <summary>The state manager that keeps state in a folder.</summary>
internal static class FolderStatePart
{
    /// <summary>The state manager.</summary>
    public static IPart<IStateManager> StateManager { get; } = new Part<IStateManager, LocalFileSystemStateOptions>
    {
        Name = "folder",
        ClassNames = ["statemgr.localfs.LocalFileSystemStateManager"],
        Settings = SettingNames.In(typeof(LocalFileSystemStateOptions)),
        ReadOptions = (settings, findings) => LocalFileSystemStateOptions.Read(settings.Config, findings),
        Make = (options, tools) => new LocalFileSystemStateManager(
            options with { TManagerDirectory = tools.Core.TManagerDirectory },
            tools.Time,
            tools.Loggers.CreateLogger<LocalFileSystemStateManager>()),
    };
}
