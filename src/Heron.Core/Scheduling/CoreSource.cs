// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>
/// Where containers get heron-core from: a package that they fetch, or a directory that their node has. Without either they can
/// never run, however long they try.
/// </summary>
public static class CoreSource
{
    /// <summary>What to set, for a server that has none.</summary>
    public const string WhatToSet =
        $"start the server with --heron-core-package-path, or set {ConfigKeys.CorePackageUri}, or {ConfigKeys.UseCorePackageUri}=false "
        + $"and {ConfigKeys.CorePackageDirectory}";

    // The operator's own start script may fetch what it likes.
    private const string OwnScriptKey = "heron.scheduler.job.template";

    // What the start script's curl and wget fetch.
    private static readonly string[] Schemes = ["http://", "https://", "file:///"];

    /// <summary>Why no container could get its heron-core with this configuration; null when nothing speaks against it.</summary>
    /// <param name="config">The local view, of the server or of one submission.</param>
    /// <param name="isSet">Whether somebody set a key; the defaults name a file that exists nowhere.</param>
    /// <param name="nodesAreHere">Whether containers run on this machine, so that a path can be looked at.</param>
    /// <exception cref="HeronException"><see cref="ConfigKeys.UseCorePackageUri"/> is neither true nor false.</exception>
    public static string? Mistake(HeronConfig config, Func<string, bool> isSet, bool nodesAreHere)
    {
        if (config.GetBoolean(ConfigKeys.UseCorePackageUri, true))
        {
            if (!isSet(ConfigKeys.CorePackageUri))
            {
                return $"containers have no heron-core: {WhatToSet}";
            }

            var uri = config.GetString(ConfigKeys.CorePackageUri, string.Empty);
            if (config.GetString(OwnScriptKey) is { Length: > 0 })
            {
                return null;
            }

            if (Array.Find(Schemes, scheme => uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) is not { } scheme
                || uri.Length == scheme.Length
                || uri.Any(char.IsWhiteSpace))
            {
                return $"no container can fetch heron-core from {ConfigKeys.CorePackageUri} '{ShownText.Of(uri)}': it must be a whole URI "
                    + "that begins with http://, https:// or file:///";
            }

            return nodesAreHere && scheme == "file:///" && !File.Exists(Uri.UnescapeDataString(uri["file://".Length..]))
                ? $"there is no file {ShownText.Of(uri["file://".Length..])}, which {ConfigKeys.CorePackageUri} names"
                : null;
        }

        var directory = config.GetString(ConfigKeys.CorePackageDirectory, string.Empty);
        return !Path.IsPathRooted(directory)
            ? $"{ConfigKeys.CorePackageDirectory} is '{ShownText.Of(directory)}'; it must be the absolute path of heron-core on every node"
            : nodesAreHere && !Directory.Exists(directory)
                ? $"there is no folder {ShownText.Of(directory)}, which {ConfigKeys.CorePackageDirectory} names"
                : null;
    }
}
