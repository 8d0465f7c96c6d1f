// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>
/// Tells whether the checkpoints of an effectively-once topology outlive its containers. See docs/decisions/stateful-checkpoints.md.
/// </summary>
public static class CheckpointPlace
{
    /// <summary>Which storage keeps checkpoints.</summary>
    public const string StorageClassKey = "heron.statefulstorage.classname";

    /// <summary>The storage's own settings.</summary>
    public const string StorageSettingsKey = "heron.statefulstorage.config";

    /// <summary>Where the storage in files keeps them.</summary>
    public const string RootPathKey = "heron.statefulstorage.localfs.root.path";

    /// <summary>Ours: true says that all nodes see the same files at that path, so that a container may move.</summary>
    public const string SharedKey = "heron.apiserver.checkpoints.shared";

    private const string FileStorage = ".localfs.LocalFileSystemStorage";

    /// <summary>What the submitter of a stateful topology should know, or null when its checkpoints last.</summary>
    /// <param name="config">The local view of the submission.</param>
    /// <param name="nodesAreHere">Whether all containers run on this machine.</param>
    /// <exception cref="HeronException"><see cref="SharedKey"/> is neither true nor false.</exception>
    public static string? Warning(HeronConfig config, bool nodesAreHere)
    {
        if (config.GetString(StorageClassKey)?.EndsWith(FileStorage, StringComparison.Ordinal) != true)
        {
            return null;
        }

        var path = RootPath(config);
        if (path is null || !(path.StartsWith('/') || path is "~" || path.StartsWith("~/", StringComparison.Ordinal)))
        {
            return $"its checkpoints are kept in '{ShownText.Of(path ?? "")}' ({RootPathKey}), a folder that is emptied whenever the "
                + "container starts: its state is lost at every restart. Set an absolute path in the server's stateful.yaml";
        }

        return nodesAreHere || config.GetBoolean(SharedKey, false)
            ? null
            : $"its checkpoints are kept in '{ShownText.Of(path)}' ({RootPathKey}) of each node: a container that moves to another node "
                + $"does not find its state, unless all nodes share that folder; then set {SharedKey}=true";
    }

    private static string? RootPath(HeronConfig config) => config.Get(StorageSettingsKey) switch
    {
        IDictionary<string, object?> settings when settings.TryGetValue(RootPathKey, out var path) => path as string,
        _ => config.GetString(RootPathKey),
    };
}
