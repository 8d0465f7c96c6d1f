// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Heron.Core;
using Microsoft.IdentityModel.Tokens;

namespace Heron.ApiServer.Access;

/// <summary>Reads a JSON Web Key Set (RFC 7517): the RSA and elliptic curve keys that signatures are checked with.</summary>
internal static class KeySetReader
{
    private const int ShortestRsaBits = 2048;

    /// <summary>
    /// Reads all keys that check signatures. Keys for encryption and of kinds that are not known here are passed over, as the RFC asks;
    /// so are keys with a mistake, which is told: it takes nothing from the others, and issuers change one key after the other.
    /// </summary>
    /// <param name="json">The set.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, one line for every mistake: there is no key to check with.</exception>
    public static KeySet Read(ReadOnlySpan<byte> json, string source)
    {
        var keys = new List<IssuerKey>();
        var mistakes = new List<string>();
        var number = 0;
        foreach (var key in Keys(json, source))
        {
            number++;
            string? id = null;
            try
            {
                id = Text(key, "kid");
                if (ChecksSignatures(key))
                {
                    keys.Add(new IssuerKey(id, Text(key, "alg"), Key(key)));
                }
            }
            catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException || IsNoText(e))
            {
                mistakes.Add($"{source}: key {(id is null ? $"{number}" : ShownText.Of(id))} cannot be used: {e.Message}");
            }
        }

        if (keys.Count == 0 && mistakes.Count == 0)
        {
            mistakes.Add($"{source}: there is no RSA or EC key for signatures in it; what is wanted is a JSON Web Key Set of public keys");
        }

        var told = string.Join('\n', mistakes);
        return keys.Count > 0 ? new KeySet(keys, told) : throw new HeronException(FaultKind.Invalid, told);
    }

    private static List<JsonElement> Keys(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var root = JsonElement.ParseValue(ref reader);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                ? [.. keys.EnumerateArray()]
                : throw new JsonException("it has no list 'keys'");
        }
        catch (Exception e) when (e is JsonException || IsNoText(e))
        {
            throw new HeronException(FaultKind.Invalid, $"{source} is no JSON Web Key Set: {e.Message}", e);
        }
    }

    // JSON is read lazily: bytes that are no UTF-8, and halves of surrogate pairs, are met only where a text is asked for.
    private static bool IsNoText(Exception e) => e is InvalidOperationException;

    private static bool ChecksSignatures(JsonElement key) =>
        Text(key, "kty") is "RSA" or "EC" && Text(key, "use") is null or "sig"
        && (!key.TryGetProperty("key_ops", out var uses) || uses.ValueKind != JsonValueKind.Array || uses.EnumerateArray().Any(u => u.ValueEquals("verify")));

    private static SecurityKey Key(JsonElement key) => key.TryGetProperty("d", out _)
        ? throw new FormatException("it is a private key, which belongs to the issuer alone; write its public half here, and make a new pair")
        : Text(key, "kty") == "RSA" ? Rsa(key) : Ec(key);

    private static RsaSecurityKey Rsa(JsonElement key)
    {
        var parameters = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
        using var rsa = RSA.Create(parameters);
        return rsa.KeySize >= ShortestRsaBits
            ? new RsaSecurityKey(parameters)
            : throw new FormatException($"it has {rsa.KeySize} bits, and {ShortestRsaBits} is the least that is safe");
    }

    // The library makes what it verifies with from the text, one for each thread.
    private static JsonWebKey Ec(JsonElement key)
    {
        var curve = Text(key, "crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => throw new FormatException("its curve must be P-256, P-384 or P-521"),
        };
        using var point = ECDsa.Create(new ECParameters { Curve = curve, Q = { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
        return new JsonWebKey { Kty = "EC", Crv = Text(key, "crv"), X = Text(key, "x"), Y = Text(key, "y") };
    }

    private static byte[] Bytes(JsonElement key, string name) => Text(key, name) is { Length: > 0 } text
        ? Base64Url.DecodeFromChars(text)
        : throw new FormatException($"'{name}' is missing");

    private static string? Text(JsonElement key, string name) =>
        key.ValueKind != JsonValueKind.Object ? throw new FormatException("it is no JSON object")
        : key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
