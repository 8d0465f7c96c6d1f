// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Testing.Nomad;

/// <summary>What Nomad does with <c>${...}</c> before a raw_exec task starts.</summary>
internal static partial class NomadInterpolation
{
    /// <summary>In environment values an unknown name stays as text.</summary>
    public static string Value(string text, IReadOnlyDictionary<string, string> known) =>
        Names().Replace(text, match => known.GetValueOrDefault(match.Groups[1].Value, match.Value));

    /// <summary>Arguments are HCL: a doubled dollar escapes, and an unknown name fails the task.</summary>
    /// <exception cref="FormatException">A name is unknown; the message is Nomad's.</exception>
    public static string Argument(string text, IReadOnlyDictionary<string, string> known)
    {
        if (text.Contains("%{", StringComparison.Ordinal))
        {
            throw new FormatException("failed to parse config: \n\t* Invalid template control keyword");
        }

        return EscapedNames().Replace(text, match =>
        {
            if (match.Value.StartsWith("$$", StringComparison.Ordinal))
            {
                return match.Value[1..];
            }

            var name = match.Groups[1].Value;
            return known.TryGetValue(name, out var value)
                ? value
                : throw new FormatException(
                    $"failed to parse config: \n\t* Unknown variable: There is no variable named \"{name}\".");
        });
    }

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Names();

    [GeneratedRegex(@"\$?\$\{([^}]*)\}")]
    private static partial Regex EscapedNames();
}
