using System.Diagnostics.CodeAnalysis;

namespace Heron.ApiServer.Files;

/// <summary>The extended notation of header parameters, <c>utf-8''mon%20jar</c> (RFC 5987).</summary>
internal static class Rfc5987
{
    /// <summary>Decodes UTF-8 values; others, and broken ones, are not taken.</summary>
    public static bool TryDecode(string? value, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        var parts = value?.Split('\'', 3);
        if (parts is not [var charset, _, var text] || !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        decoded = Uri.UnescapeDataString(text);
        return true;
    }
}
