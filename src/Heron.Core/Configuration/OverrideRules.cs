// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;

namespace Heron.Core.Configuration;

/// <summary>
/// Which settings a submission may bring along: those of the topology, not those that say where and as what its containers run or
/// what the server and other servers do. <c>heron.apiserver.overrides</c> holds patterns, separated by commas or as a list; in a
/// pattern <c>*</c> stands for any characters, a <c>!</c> in front of it refuses, <c>default</c> stands for <see cref="Shipped"/>, and
/// of the patterns that match a key the last one counts. A key that none matches is refused.
/// </summary>
public sealed class OverrideRules
{
    /// <summary>Ours: which settings a submission may bring along, as patterns; see docs/security.md. Default <c>default</c>.</summary>
    public const string Key = "heron.apiserver.overrides";

    private const char Refusing = '!';
    private const string ShippedWord = "default";

    private readonly IReadOnlyList<string> _patterns;

    private OverrideRules(IReadOnlyList<string> patterns) => _patterns = patterns;

    /// <summary>
    /// What counts when nothing is set. Everything else, resources, packing, options of the JVM and whatever only heron-core or the
    /// topology itself reads, is the submitter's: the container runs the submitter's code anyhow.
    /// </summary>
    public static IReadOnlyList<string> Shipped { get; } =
    [
        "*",
        "!heron.apiserver.*", "!heron.binaries.*", "!heron.classpath.*", "!heron.config.file.*", "!heron.containers.*",
        "!heron.directory.*", "!heron.downloader.*", "!heron.executor.*", "!heron.internals.*", "!heron.jars.*", "!heron.nomad.*",
        "!heron.package.*", "!heron.proxy.*", "!heron.release.*", "!heron.scheduler.*", "!heron.statemgr.*", "!heron.uploader.*",
    ];

    /// <summary>The rules of a server.</summary>
    public static OverrideRules From(HeronConfig server)
    {
        var set = server.Values.GetValueOrDefault(Key) is IEnumerable<object?> list ? list.OfType<string>() : server.GetString(Key)?.Split(',');
        return new OverrideRules(set is null
            ? Shipped
            : [.. set.Select(p => p.Trim()).Where(p => p.Length > 0).SelectMany(p => p == ShippedWord ? Shipped : [p])]);
    }

    /// <summary>Why a submission may not set a key, as the rest of a sentence; null when it may.</summary>
    public string? RefusalOf(string key)
    {
        var decisive = _patterns.LastOrDefault(pattern => Matches(pattern, key));
        return decisive is null ? $"no pattern of {Key} allows it"
            : decisive[0] == Refusing ? $"the pattern '{decisive}' of {Key} refuses it"
            : null;
    }

    private static bool Matches(string pattern, string key) =>
        FileSystemName.MatchesSimpleExpression(pattern.AsSpan(pattern[0] == Refusing ? 1 : 0), key, ignoreCase: false);
}
