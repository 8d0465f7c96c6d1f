using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.State;

namespace Heron.State.Folder;

/// <summary>Settings of <see cref="LocalFileSystemStateManager"/>.</summary>
/// <param name="RootPath">The folder that holds the state.</param>
public sealed record LocalFileSystemStateOptions(string RootPath)
{
    /// <summary><c>heron.statemgr.localfs.is.initialize.file.tree</c>: whether folders are made at start; true by default.</summary>
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
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the root is missing or a value is malformed.</exception>
    public static LocalFileSystemStateOptions From(HeronConfig config, string tManagerDirectory) =>
        new(config.GetString(ConfigKeys.StatemgrRootPath) is { Length: > 0 } root
            ? root
            : throw new HeronException(
                FaultKind.Invalid,
                $"{ConfigKeys.StatemgrRootPath} is not set: name the folder that holds the state"))
        {
            TManagerDirectory = tManagerDirectory,
            InitializeTree = config.GetBoolean(InitializeTreeKey, true),
        };
}
