// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.FormData;

/// <summary>The extended notation of header parameters, <c>utf-8''mon%20jar</c> (RFC 5987).</summary>
internal static class Rfc5987
{
    /// <summary>Decodes a value; one that is broken, or in a charset that is not known, is not taken.</summary>
    public static bool TryDecode(string? value, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        if (value?.Split('\'', 3) is not [var charset, _, var text] || Charsets.Find(charset) is not { } encoding)
        {
            return false;
        }

        try
        {
            decoded = encoding.GetString(PercentText.Decode(Encoding.UTF8.GetBytes(text), plusIsBlank: false));
            return true;
        }
        catch (Exception e) when (e is DecoderFallbackException or HeronException)
        {
            return false;
        }
    }
}
