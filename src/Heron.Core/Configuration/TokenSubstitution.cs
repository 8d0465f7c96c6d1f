// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.RegularExpressions;
using Heron.Core.Java;

namespace Heron.Core.Configuration;

/// <summary>
/// Replaces tokens in settings as Heron does: a value is a path (or a URL whose rest is a path), a token counts only when it
/// is a whole path segment, and the result is a normalised path.
/// </summary>
/// <remarks>
/// Heron runs every text value through this, also those that are no path at all: <c>a//b</c> becomes <c>a/b</c> and
/// <c>/abs/</c> becomes <c>/abs</c>. Containers were started with such values for years, so it stays.
/// </remarks>
public sealed partial class TokenSubstitution
{
    /// <summary>The most characters that a value may grow to, which stops values that double with every reference.</summary>
    public const int MaximumLength = 64 * 1024;

    /// <summary>
    /// The most characters that all text values together may grow to; what a request writes itself, and what templates and the
    /// server set, is far below.
    /// </summary>
    public const int MaximumTotal = 4 * 1024 * 1024;

    // Rounds are needed only as long as values still change, and tokens are not nested deeper than this.
    private const int MaximumRounds = 32;

    private const string TokenStart = "${";
    private static readonly char[] LineBreaks = ['\n', '\r', '\u0085', '\u2028', '\u2029'];

    private readonly HostEnvironment _environment;

    /// <summary>Substitutes for one machine.</summary>
    public TokenSubstitution(HostEnvironment environment) => _environment = environment;

    /// <summary>
    /// Substitutes in every text value, again and again until a round leaves as many values with tokens as the round before
    /// it. Tokens that refer to each other in a circle therefore stay, half expanded, as in the reference.
    /// </summary>
    /// <exception cref="HeronException">A token stands for something that is not text, or a value grows without bounds.</exception>
    public HeronConfig Expand(HeronConfig config)
    {
        var previous = 0;
        var settled = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 1; ; round++)
        {
            var (expanded, withTokens) = ExpandOnce(config, settled);
            if (withTokens == previous)
            {
                return expanded;
            }

            if (round == MaximumRounds)
            {
                throw new HeronException(
                    FaultKind.Invalid, $"settings refer to each other over more than {MaximumRounds} steps; write some of them out");
            }

            previous = withTokens;
            config = expanded;
        }
    }

    /// <summary>The same as seen inside a container, where Heron and its configuration are in the cluster's folders.</summary>
    /// <inheritdoc cref="Expand" path="//exception"/>
    public HeronConfig ExpandInCluster(HeronConfig config) => Expand(config.With(
    [
        new(ConfigKeys.HeronHome, config.Get(ConfigKeys.HeronClusterHome)),
        new(ConfigKeys.HeronConf, config.Get(ConfigKeys.HeronClusterConf)),
    ]));

    /// <summary>One value with its tokens replaced once.</summary>
    /// <param name="config">What tokens stand for.</param>
    /// <param name="key">Whose value it is, for messages.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="HeronException">A token stands for something that is not text, or the result is too long.</exception>
    public string Substitute(HeronConfig config, string key, string value)
    {
        var trimmed = JavaText.Trim(value);
        var url = UrlRestIndex(trimmed);
        if (url > 0)
        {
            return trimmed[..url] + Substitute(config, key, trimmed[url..]);
        }

        var segments = trimmed.Split('/');
        var count = segments.Length;
        while (count > 1 && segments[count - 1].Length == 0)
        {
            count--;
        }

        // Only slashes: the reference fails here, although "/" is a sensible value of, say, a state root.
        if (count == 1 && segments[0].Length == 0 && trimmed.Length > 0)
        {
            return "/";
        }

        var path = new StringBuilder(Normalize(Replace(config, key, segments[0])));
        for (var i = 1; i < count && path.Length <= MaximumLength; i++)
        {
            Append(path, Normalize(Replace(config, key, segments[i])));
        }

        return path.Length <= MaximumLength
            ? path.ToString()
            : throw new HeronException(
                FaultKind.Invalid,
                $"the setting {key} grows to more than {MaximumLength} characters when its tokens are replaced; " +
                "take out the references that multiply");
    }

    // What settled in an earlier round is not looked at again: it has no token, and came out as it went in.
    private (HeronConfig Expanded, int WithTokens) ExpandOnce(HeronConfig config, HashSet<string> settled)
    {
        var total = 0L;
        var expanded = new Dictionary<string, object?>(config.Values.Count, StringComparer.Ordinal);
        var withTokens = 0;
        foreach (var (key, value) in config.Values)
        {
            if (value is not string text || settled.Contains(key))
            {
                expanded[key] = value;
                total += (value as string)?.Length ?? 0;
                continue;
            }

            var substituted = Substitute(config, key, text);
            if (substituted.Contains(TokenStart, StringComparison.Ordinal))
            {
                withTokens++;
            }
            else if (substituted == text)
            {
                settled.Add(key);
            }

            total += substituted.Length;
            if (total > MaximumTotal)
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"the settings grow to more than {MaximumTotal} characters when their tokens are replaced, at {ShownText.Of(key)}; "
                    + "take out the references that multiply");
            }

            expanded[key] = substituted;
        }

        return (new HeronConfig(expanded), withTokens);
    }

    private string Replace(HeronConfig config, string key, string segment)
    {
        if (segment.Length == 0 || segment[0] is not ('~' or '$'))
        {
            return segment;
        }

        if (segment is "~" or "${HOME}")
        {
            return _environment.Home;
        }

        if (segment == "${JAVA_HOME}")
        {
            return _environment.JavaHome ?? segment;
        }

        var match = Token().Match(segment);
        if (!match.Success || ConfigDefaults.KeyOfToken(match.Groups[1].Value) is not { } target)
        {
            return segment;
        }

        return config.Get(target) switch
        {
            null => segment,
            string text => text,
            _ => throw new HeronException(
                FaultKind.Invalid,
                $"the setting {key} refers to {segment}, but {target} is not text; write its value out in {key}"),
        };
    }

    // Where the part after "://" begins, or -1: greedy as the reference's pattern, which also wants something on both
    // sides and no line break anywhere.
    private static int UrlRestIndex(string value)
    {
        if (value.IndexOfAny(LineBreaks) >= 0 || value.Length < 5)
        {
            return -1;
        }

        var index = value.LastIndexOf("://", value.Length - 2, StringComparison.Ordinal);
        return index > 0 ? index + 3 : -1;
    }

    // Joins as java.io.File does: an empty first segment is the root, empty segments add nothing.
    private static void Append(StringBuilder path, string child)
    {
        if (path.Length == 0)
        {
            path.Append('/');
        }

        if (child.Length == 0)
        {
            return;
        }

        var isRoot = path.Length == 1 && path[0] == '/';
        if (isRoot && child[0] == '/')
        {
            path.Clear();
        }
        else if (!isRoot && child[0] != '/')
        {
            path.Append('/');
        }

        path.Append(child);
    }

    private static string Normalize(string path)
    {
        if (!path.Contains('/', StringComparison.Ordinal))
        {
            return path;
        }

        var single = Slashes().Replace(path, "/");
        return single.Length > 1 ? single.TrimEnd('/') : single;
    }

    [GeneratedRegex(@"^\$\{([A-Z_]+)\}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex("/{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Slashes();
}
