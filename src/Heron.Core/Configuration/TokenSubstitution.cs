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
        while (true)
        {
            var (expanded, withTokens) = ExpandOnce(config);
            if (withTokens == previous)
            {
                return expanded;
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

        var segments = trimmed.Split('/').ToList();
        while (segments.Count > 1 && segments[^1].Length == 0)
        {
            segments.RemoveAt(segments.Count - 1);
        }

        for (var i = 0; i < segments.Count; i++)
        {
            segments[i] = Replace(config, key, segments[i]);
        }

        // Only slashes: the reference fails here, although "/" is a sensible value of, say, a state root.
        var path = segments is [""] && trimmed.Length > 0 ? "/" : Combine(segments);
        return path.Length <= MaximumLength
            ? path
            : throw new HeronException(
                FaultKind.Invalid,
                $"the setting {key} grows to more than {MaximumLength} characters when its tokens are replaced; " +
                "take out the references that multiply");
    }

    private (HeronConfig Expanded, int WithTokens) ExpandOnce(HeronConfig config)
    {
        var expanded = new Dictionary<string, object?>(config.Values.Count, StringComparer.Ordinal);
        var withTokens = 0;
        foreach (var (key, value) in config.Values)
        {
            if (value is not string text)
            {
                expanded[key] = value;
                continue;
            }

            var substituted = Substitute(config, key, text);
            if (substituted.Contains(TokenStart, StringComparison.Ordinal))
            {
                withTokens++;
            }

            expanded[key] = substituted;
        }

        return (new HeronConfig(expanded), withTokens);
    }

    private string Replace(HeronConfig config, string key, string segment)
    {
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
    private static string Combine(List<string> segments)
    {
        var path = Normalize(segments[0]);
        foreach (var segment in segments.Skip(1))
        {
            var child = Normalize(segment);
            var parent = path.Length == 0 ? "/" : path;
            if (child.Length == 0)
            {
                path = parent;
            }
            else if (child[0] == '/')
            {
                path = parent == "/" ? child : parent + child;
            }
            else
            {
                path = parent == "/" ? parent + child : parent + "/" + child;
            }
        }

        return path;
    }

    private static string Normalize(string path)
    {
        var single = Slashes().Replace(path, "/");
        return single.Length > 1 ? single.TrimEnd('/') : single;
    }

    [GeneratedRegex(@"^\$\{([A-Z_]+)\}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex("/{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Slashes();
}
