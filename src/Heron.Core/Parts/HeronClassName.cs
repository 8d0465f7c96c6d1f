// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Parts;

/// <summary>
/// Java class names in Heron's configuration files. Both families of packages count: <c>org.apache.heron</c>, and
/// <c>com.twitter.heron</c> of releases up to 0.17.
/// </summary>
internal static class HeronClassName
{
    private const string Apache = "org.apache.heron.";
    private const string Twitter = "com.twitter.heron.";

    /// <summary>The name without the family; null for a name of neither.</summary>
    public static string? Suffix(string className) =>
        className.StartsWith(Apache, StringComparison.Ordinal) ? className[Apache.Length..]
        : className.StartsWith(Twitter, StringComparison.Ordinal) ? className[Twitter.Length..]
        : null;

    /// <summary>The whole name, as configurations of newer releases have it.</summary>
    public static string OfNewerFamily(string suffix) => Apache + suffix;
}
