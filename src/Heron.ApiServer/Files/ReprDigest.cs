// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Files;

/// <summary>The header <c>Repr-Digest</c> (RFC 9530): the digest of a whole file, whatever part of it is sent.</summary>
internal static class ReprDigest
{
    /// <summary>Its name.</summary>
    public const string Header = "Repr-Digest";

    private const string Sha256 = "sha-256";

    /// <summary>The header's value for a lower-case hexadecimal SHA-256.</summary>
    public static string Format(string sha256) => $"{Sha256}=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";

    /// <summary>The SHA-256 that a client says its file has, in lower-case hexadecimal.</summary>
    /// <param name="value">The header; empty when there is none.</param>
    /// <returns>Null when it says none: no header, or only digests that this server does not compute, which RFC 9530 lets it ignore.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it is no such header.</exception>
    public static string? Parse(string value)
    {
        foreach (var member in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A dictionary of byte sequences (RFC 8941): key=:base64:
            var parts = member.Split('=', 2);
            if (!parts[0].Equals(Sha256, StringComparison.Ordinal))
            {
                continue;
            }

            Span<byte> digest = stackalloc byte[32];
            return parts is [_, [':', .. var encoded, ':']]
                && Convert.TryFromBase64String(encoded, digest, out var length) && length == digest.Length
                ? Convert.ToHexStringLower(digest)
                : throw new HeronException(
                    FaultKind.BadRequest, $"{Header} must be {Sha256}=:BASE64:, with the 32 bytes of the file's SHA-256 in base64");
        }

        return null;
    }
}
