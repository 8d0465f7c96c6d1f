// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Parts;

namespace Heron.Packages.Uploaders;

/// <summary>A folder for packages in which role, environment and topology may stand as tokens, each a whole segment.</summary>
public sealed class FolderTemplate
{
    private static readonly Dictionary<string, Func<TopologyPackage, string>> Tokens = new(StringComparer.Ordinal)
    {
        ["${ROLE}"] = package => package.Role,
        ["${ENVIRON}"] = package => package.Environment,
        ["${TOPOLOGY}"] = package => package.TopologyName,
        ["${TOPOLOGY_NAME}"] = package => package.TopologyName,
        ["${TOPOLOGY_ID}"] = package => package.TopologyId,
    };

    private readonly string[] _segments;

    /// <summary>Takes a folder whose other tokens are replaced already.</summary>
    /// <param name="key">The setting that it comes from, for messages.</param>
    /// <param name="text">Segments between slashes; a slash at the beginning makes it absolute.</param>
    /// <exception cref="HeronException">It has another token, one inside a segment, or characters that no path should have.</exception>
    public FolderTemplate(string key, string text)
    {
        IsAbsolute = text.StartsWith('/');
        _segments = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (text.Any(char.IsControl) || Array.Exists(_segments, segment => !IsUsable(segment)))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"{key} is {ShownText.Of(text)}: it must be a folder in which only " +
                $"{string.Join(", ", Tokens.Keys)} stand as tokens, each between slashes");
        }
    }

    /// <summary>The folder that a setting names, or the default of Heron's uploader.</summary>
    /// <param name="config">The server's configuration, without any request: role and topology stay tokens.</param>
    /// <param name="key">The setting.</param>
    /// <param name="defaultFolder">What counts when it is not set.</param>
    /// <param name="substitution">Replaces the other tokens of the default.</param>
    /// <param name="findings">Gets what is wrong: the folder must be absolute, and have no tokens that nobody replaces.</param>
    /// <returns>Not to be used after a mistake.</returns>
    public static FolderTemplate? Read(
        HeronConfig config, string key, string defaultFolder, TokenSubstitution substitution, Findings findings)
    {
        var text = config.GetString(key) is { Length: > 0 } configured
            ? configured
            : findings.Try(() => substitution.Substitute(config, key, defaultFolder));
        if (text?.StartsWith('/') == false)
        {
            findings.Mistake($"{key} is {ShownText.Of(text)}: it must begin with a slash");
        }

        return text is null ? null : findings.Try(() => new FolderTemplate(key, text));
    }

    /// <summary>Whether the folder begins at the root.</summary>
    public bool IsAbsolute { get; }

    /// <summary>The folder of one package.</summary>
    /// <exception cref="HeronException">A value would lead out of the folder.</exception>
    public string For(TopologyPackage package) => Join(_segments.Select(segment =>
        Tokens.TryGetValue(segment, out var value) ? Checked(segment, value(package)) : segment));

    /// <summary>Whether a folder is one that <see cref="For"/> may give.</summary>
    public bool Matches(string folder)
    {
        var segments = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return folder == Join(segments) && segments.Length <= _segments.Length && Matches(segments, _segments);
    }

    // An empty value, such as the environment that the CLI may leave out, takes its segment away.
    private static bool Matches(ReadOnlySpan<string> segments, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty)
        {
            return segments.IsEmpty;
        }

        if (!Tokens.ContainsKey(pattern[0]))
        {
            return !segments.IsEmpty && segments[0] == pattern[0] && Matches(segments[1..], pattern[1..]);
        }

        return (!segments.IsEmpty && segments[0] is not ("." or "..") && Matches(segments[1..], pattern[1..]))
            || Matches(segments, pattern[1..]);
    }

    private static bool IsUsable(string segment) =>
        Tokens.ContainsKey(segment) || (segment is not ".." && !segment.Contains("${", StringComparison.Ordinal));

    private static string Checked(string token, string value) =>
        value is not ("." or "..") && !value.Contains('/', StringComparison.Ordinal) && !value.Any(char.IsControl)
            ? value
            : throw new HeronException(FaultKind.Invalid, $"the package folder's {token} cannot be the name of a folder");

    private string Join(IEnumerable<string> segments) =>
        (IsAbsolute ? "/" : "") + string.Join('/', segments.Where(segment => segment.Length > 0));
}
