// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;

namespace Heron.ApiServer.Access;

/// <summary>A token of a program, of which the users file knows the SHA-256 alone.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="User">Whose rights it has.</param>
/// <param name="Sha256">Of the token's UTF-8 bytes.</param>
/// <param name="Expires">From when on it is worth nothing; null for never.</param>
internal sealed record AccessToken(string Name, string User, byte[] Sha256, DateTimeOffset? Expires)
{
    private const int RandomBytes = 32;

    /// <summary>A new token that nobody can guess: 256 random bits. A hash without salt is enough for it.</summary>
    public static string NewText() => "heron_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>The hash to store.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
