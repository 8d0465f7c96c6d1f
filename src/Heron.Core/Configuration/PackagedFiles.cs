// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;

namespace Heron.Core.Configuration;

/// <summary>
/// Which files of the template's folder go along in every package, where whoever runs containers can read them: Heron's own, and those
/// that the operator names. <c>heron.apiserver.package.files</c> holds names, separated by commas or as a list, in which <c>*</c> stands
/// for any characters; what else lies there, such as a key or a copy, stays behind.
/// </summary>
public sealed class PackagedFiles
{
    /// <summary>Ours: files of the template's folder that go into packages besides Heron's own, as names with commas between or a list; <c>*</c> stands for any characters. Default none.</summary>
    public const string Key = "heron.apiserver.package.files";

    /// <summary>The files that releases of Heron have in their templates.</summary>
    private static readonly string[] Own =
    [
        "client.yaml", "cluster.yaml", "downloader.yaml", "healthmgr.yaml", "heron_internals.yaml", "heron_nomad.sh", "metrics_sinks.yaml",
        "override.yaml", "packing.yaml", "scheduler.yaml", "stateful.yaml", "statemgr.yaml", "uploader.yaml",
    ];

    private readonly string[] _patterns;

    private PackagedFiles(IEnumerable<string> named) => _patterns = [.. Own, .. named.Select(n => n.Trim()).Where(n => n.Length > 0)];

    /// <summary>The rules of a server.</summary>
    public static PackagedFiles From(HeronConfig server) => new(
        server.Values.GetValueOrDefault(Key) is IEnumerable<object?> list ? list.OfType<string>() : server.GetString(Key)?.Split(',') ?? []);

    /// <summary>Whether a file goes along.</summary>
    public bool Include(string name) => _patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
