// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Heron.Core.Packages;

namespace Heron.Packages.Uploaders;

/// <summary>The names of stored packages.</summary>
/// <remarks>
/// The Java server used one name for all submissions of a topology, so that a failed one could take the package of the
/// running one away. Here every publication has a name of its own: not even the same submission sent to two servers at once
/// makes one of them, when it loses, remove the package of the other.
/// </remarks>
internal static class PackageFileName
{
    /// <summary>The extension of a package.</summary>
    internal const string Extension = ".tar.gz";

    private const string Prefix = "topology-";
    private const int RandomDigits = 16;

    // With prefix, random digits and extension, and the marks of a temporary name, below the 255 bytes of a file name.
    private const int LongestId = 160;

    /// <summary>A new name with ASCII letters, digits, dots, dashes and underscores only.</summary>
    internal static string Of(TopologyPackage package)
    {
        var id = Safe(package.TopologyId);
        return Prefix + id[..Math.Min(id.Length, LongestId)] + "-" + RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true) + Extension;
    }

    /// <summary>Whether a name is one that <see cref="Of"/> makes.</summary>
    internal static bool IsOurs(string name) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(Extension, StringComparison.Ordinal) && Safe(name) == name;

    private static string Safe(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
}
