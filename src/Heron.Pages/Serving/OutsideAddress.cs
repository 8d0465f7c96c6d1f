// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Heron.Pages.Serving;

/// <summary>
/// Pages name addresses as from the server's root. Behind a trusted proxy that gives the server a part of its own site, the name of
/// that part is put before all of them here, so that no link can be forgotten.
/// </summary>
internal static partial class OutsideAddress
{
    /// <summary>Puts a prefix before every address of a rendered page.</summary>
    /// <param name="html">As the renderer made it: whatever comes from elsewhere is encoded, so that a quote is one of our own.</param>
    /// <param name="prefix">What the proxy said; nothing for a server that stands alone.</param>
    public static string Under(PathString prefix, string html)
    {
        var text = prefix.ToUriComponent();
        return text.Length == 0
            ? html
            : Address().Replace(html, _ => HtmlEncoder.Default.Encode(text.TrimEnd('/')) + "/");
    }

    [GeneratedRegex("(?<= (?:href|src|action|data-url|data-then|data-topologies)=\")/(?!/)")]
    private static partial Regex Address();
}
