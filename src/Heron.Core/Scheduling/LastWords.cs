// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>The end of what a container wrote to its error output, as one line for a person.</summary>
public static class LastWords
{
    private const int MostLines = 3;
    private const int MostCharacters = 500;

    /// <summary>The last lines, with bars between, each once: who ends in a loop says the same again and again. Null when there are none.</summary>
    public static string? Of(string output)
    {
        var lines = output.Split('\n')
            .Select(line => ShownText.Line(line, MostCharacters).Trim())
            .Where(line => line.Length > 0)
            .Reverse().Distinct(StringComparer.Ordinal).Take(MostLines).Reverse();
        var text = string.Join(" | ", lines);
        return text.Length == 0 ? null : text.Length <= MostCharacters ? text : "…" + text[^MostCharacters..];
    }
}
