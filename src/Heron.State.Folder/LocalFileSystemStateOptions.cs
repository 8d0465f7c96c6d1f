// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.State;

namespace Heron.State.Folder;

/// <summary>Settings of <see cref="LocalFileSystemStateManager"/>.</summary>
/// <param name="RootPath">The folder that holds the state.</param>
public sealed record LocalFileSystemStateOptions(string RootPath)
{
    /// <summary>Whether folders are made at start; true by default.</summary>
    public const string InitializeTreeKey = "heron.statemgr.localfs.is.initialize.file.tree";

    /// <summary>Where topology managers publish their location.</summary>
    public string TManagerDirectory { get; init; } = StatePaths.TManagersDirectory;

    /// <summary>Whether folders are made at start.</summary>
    public bool InitializeTree { get; init; } = true;

    /// <summary>How often a wait looks at the file.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a call waits for another process that writes to the same folder.</summary>
    public TimeSpan GateTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The settings in Heron's configuration, tokens substituted.</summary>
    /// <param name="config">The local view.</param>
    /// <param name="findings">Gets everything that is wrong, each with the setting's name.</param>
    /// <returns>Not to be used when something is wrong.</returns>
    public static LocalFileSystemStateOptions? Read(HeronConfig config, Findings findings)
    {
        var initialize = findings.Try(() => config.GetBoolean(InitializeTreeKey, true));
        if (config.GetString(ConfigKeys.StatemgrRootPath) is { Length: > 0 } root)
        {
            return new LocalFileSystemStateOptions(root) { InitializeTree = initialize };
        }

        findings.Mistake($"{ConfigKeys.StatemgrRootPath} is not set: name the folder that holds the state");
        return null;
    }
}
