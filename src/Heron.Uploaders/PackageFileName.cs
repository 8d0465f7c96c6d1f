using System.Security.Cryptography;
using System.Text;
using Heron.Core.Packages;

namespace Heron.Uploaders;

/// <summary>The names of stored packages.</summary>
/// <remarks>
/// The Java server used one name for all submissions of a topology, so that a failed one could take the package of the
/// running one away. Here the topology's id and the content make the name.
/// </remarks>
internal static class PackageFileName
{
    /// <summary>The extension of a package.</summary>
    internal const string Extension = ".tar.gz";

    private const string Prefix = "topology-";
    private const int DigestBytes = 8;

    // With prefix, digest and extension, and the marks of a temporary name, below the 255 bytes of a file name.
    private const int LongestId = 160;

    /// <summary>A name with ASCII letters, digits, dots, dashes and underscores only.</summary>
    internal static string Of(TopologyPackage package)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(package.TopologyId + "\n" + package.Sha256))[..DigestBytes];
        var id = Safe(package.TopologyId);
        return Prefix + id[..Math.Min(id.Length, LongestId)] + "-" + Convert.ToHexStringLower(digest) + Extension;
    }

    /// <summary>Whether a name is one that <see cref="Of"/> makes.</summary>
    internal static bool IsOurs(string name) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(Extension, StringComparison.Ordinal) && Safe(name) == name;

    private static string Safe(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
}
