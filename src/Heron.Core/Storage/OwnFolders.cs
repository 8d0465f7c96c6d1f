// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Core.Storage;

/// <summary>
/// The folders of this server. Where they are is its operator's business, who has the log: a message about a file in one of them reaches
/// others without the way to it.
/// </summary>
public sealed class OwnFolders
{
    /// <summary>What stands in place of a folder.</summary>
    public const string Hidden = "...";

    private readonly Regex? _folders;

    /// <summary>Knows folders; what is no absolute path, or the root, is passed over.</summary>
    public OwnFolders(params IEnumerable<string?> folders)
    {
        var known = folders.OfType<string>()
            .Select(folder => folder.TrimEnd('/'))
            .Where(folder => folder.Length > 1 && folder[0] == '/')
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(folder => folder.Length)
            .Select(Regex.Escape)
            .ToList();
        _folders = known.Count == 0 ? null : new Regex($@"(?<![\w.\-/])(?:{string.Join('|', known)})(?![\w\-])", RegexOptions.CultureInvariant);
    }

    /// <summary>A text without them.</summary>
    public string HideIn(string text) => _folders?.Replace(text, Hidden) ?? text;
}
