// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Heron.Testing.Access;

/// <summary>Somebody who signs tokens, with real keys and by hand, so that also what no library signs can be made.</summary>
public sealed class TestIssuer : IDisposable
{
    public const string Name = "https://login.example.org/";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    /// <summary>The ids of its keys are the suffix behind <c>rsa</c>, <c>p256</c> and <c>p384</c>.</summary>
    public TestIssuer(string suffix = "") => Suffix = suffix;

    public string Suffix { get; }

    /// <summary>The public keys, as issuers give them out.</summary>
    public string Keys => JsonSerializer.Serialize(new { keys = new[] { RsaKey(), Ec(_p256, "p256", "P-256"), Ec(_p384, "p384", "P-384") } });

    public string PublicPem => _rsa.ExportSubjectPublicKeyInfoPem();

    public void Dispose()
    {
        _rsa.Dispose();
        _p256.Dispose();
        _p384.Dispose();
    }

    /// <summary>What a good token says, good for five minutes; a value of null takes the claim away.</summary>
    public static Dictionary<string, object?> Claims(DateTimeOffset now, params (string Name, object? Value)[] changes)
    {
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Name,
            ["aud"] = "heron",
            ["sub"] = "alice",
            ["groups"] = new[] { "ads", "unknown" },
            ["nbf"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims.Where(c => c.Value is not null).ToDictionary();
    }

    /// <summary>A token with those claims and that header, signed as its algorithm says.</summary>
    public string Sign(IReadOnlyDictionary<string, object?> claims, string algorithm = "RS256", string? key = null, params (string Name, object Value)[] headers)
    {
        var header = new Dictionary<string, object> { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = (key ?? KeyOf(algorithm)) + Suffix };
        foreach (var (name, value) in headers)
        {
            header[name] = value;
        }

        return Sign($"{Part(header)}.{Part(claims)}", algorithm);
    }

    /// <summary>Signed with a shared secret that everybody knows: the public key.</summary>
    public string SignWithPublicKey(IReadOnlyDictionary<string, object?> claims)
    {
        var text = $"{Part(new Dictionary<string, object> { ["alg"] = "HS256", ["kid"] = "rsa" + Suffix })}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(PublicPem), Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>Header and payload as they are, with a signature that is none.</summary>
    public static string Unsigned(string header, string payload) =>
        $"{Base64Url.EncodeToString(Encoding.Latin1.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.Latin1.GetBytes(payload))}.AAAA";

    private static string KeyOf(string algorithm) => algorithm switch
    {
        "ES256" => "p256",
        "ES384" => "p384",
        _ => "rsa",
    };

    private static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Text(byte[]? number) => Base64Url.EncodeToString(number);

    private string Sign(string text, string algorithm)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var signature = algorithm switch
        {
            "RS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "RS512" => _rsa.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            "PS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => _p256.SignData(bytes, HashAlgorithmName.SHA256),
            "ES384" => _p384.SignData(bytes, HashAlgorithmName.SHA384),
            _ => [],
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private Dictionary<string, string> RsaKey()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["kid"] = "rsa" + Suffix, ["use"] = "sig", ["n"] = Text(key.Modulus), ["e"] = Text(key.Exponent) };
    }

    private Dictionary<string, string> Ec(ECDsa ec, string name, string curve)
    {
        var key = ec.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "EC", ["crv"] = curve, ["kid"] = name + Suffix, ["x"] = Text(key.Q.X), ["y"] = Text(key.Q.Y) };
    }
}
