// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Core.Configuration;

/// <summary>Hides what looks like a credential before a setting leaves the server: the one function for it.</summary>
public static partial class SecretMask
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Masked = "********";

    /// <summary>A setting's value as others may see it.</summary>
    /// <param name="key">The setting; a key that names a credential hides its whole value.</param>
    /// <param name="value">Its value; of URLs in it user, password and parameters that name a credential are hidden.</param>
    public static string Of(string key, string value) =>
        value.Length > 0 && (ServerSecrets.Keys.Contains(key) || NamesSecret().IsMatch(key)) ? Masked : In(value);

    /// <summary>A text with the credentials of the URLs in it hidden.</summary>
    public static string In(string text) =>
        Capability().Replace(SecretParameter().Replace(UserInfo().Replace(text, "$1" + Masked + "@"), "$1" + Masked), "$1" + Masked);

    // "key" alone is in many names that are no secrets: only the keys of locks count.
    [GeneratedRegex(
        @"passw(or)?d|passphrase|secret|token(?!s)|credential|(access|private|api|account|encryption|signing)[-_.]?key|\bauth(orization)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamesSecret();

    [GeneratedRegex(@"([a-zA-Z][a-zA-Z0-9+.\-]*://)[^/?#@\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    // The signed addresses of this server's own files.
    [GeneratedRegex(@"(/file/download/)[0-9a-f]{8}\.[A-Za-z0-9_-]{43}(?=/)", RegexOptions.CultureInvariant)]
    private static partial Regex Capability();

    [GeneratedRegex(
        @"([?&;][^=&;\s]*(?:passw(?:or)?d|secret|token|credential|signature|key|auth)[^=&;\s]*=)[^&;\s]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretParameter();
}
