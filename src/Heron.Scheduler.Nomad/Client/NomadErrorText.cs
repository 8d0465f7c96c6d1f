// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>
/// Nomad's errors are plain text; a refused job is answered with nested lists of <c>* </c> lines. A person wants the
/// innermost ones.
/// </summary>
internal static class NomadErrorText
{
    private const int LongestMessage = 1000;

    /// <summary>
    /// Texts of 500 answers that no repetition can change. Everything else with 5xx may be a passing state: no leader,
    /// a lost connection between servers, a leader that just changed.
    /// </summary>
    private static readonly string[] Permanent =
    [
        "error occurred:", "errors occurred:", "nonexistent namespace", "No path to region", "Enforcing job modify index",
        "UUID must be", "Permission denied", "Failed to parse", "Job ID", "Task not running",
    ];

    /// <summary>Whether the same request would be refused again.</summary>
    public static bool IsPermanent(string text) =>
        Array.Exists(Permanent, p => text.Contains(p, StringComparison.OrdinalIgnoreCase));

    /// <summary>The words for a person, on one line.</summary>
    public static string Innermost(string text)
    {
        var causes = text.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("* ", StringComparison.Ordinal)
                && !line.EndsWith("occurred:", StringComparison.Ordinal))
            .Select(line => line[2..].Trim())
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return ShownText.Line(causes.Count > 0 ? string.Join("; ", causes) : text, LongestMessage);
    }
}
