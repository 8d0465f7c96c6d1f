// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Heron.ApiServer.Access;

/// <summary>What a token of an issuer is worth.</summary>
/// <param name="User">Whose it is; null when it is worth nothing.</param>
/// <param name="Problem">Why it is worth nothing.</param>
internal sealed record TokenVerdict(User? User, string Problem);

/// <summary>
/// Checks signed tokens (JWT) of the issuers in the users file. Only signatures with a private key count: of a shared secret this server
/// would know enough to sign itself, and a public key taken for one is known to all.
/// </summary>
internal sealed class IssuerTokens(IssuerKeys keys, TimeProvider time)
{
    private const int MaxNameLength = 256;

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>Whether a bearer token has the form of an issuer's: three parts with dots. This server's own have none.</summary>
    public static bool IsOne(string token) => token.AsSpan().Count('.') == 2;

    /// <summary>Finds out whose a token is.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the issuer's keys are not to be had, or none that the token may be signed with while it is away.</exception>
    public async Task<TokenVerdict> JudgeAsync(AccessPolicy policy, string text, CancellationToken cancellationToken)
    {
        if (Parse(text) is not { } token)
        {
            return Worthless("the token is no readable JWT");
        }

        if (policy.ByIssuer(token.Issuer) is not { } issuer)
        {
            return Worthless($"the token's issuer '{ShownText.Of(token.Issuer)}' is none of those that this server knows");
        }

        if (!Algorithms.Contains(token.Alg))
        {
            return Worthless($"the token is signed by '{ShownText.Of(token.Alg)}', and must be by one of {string.Join(", ", Algorithms)}");
        }

        // RFC 7515: who does not know what a header calls critical must not take the token.
        if (token.TryGetHeaderValue<object>("crit", out _))
        {
            return Worthless("the token has critical headers ('crit'), of which this server knows none");
        }

        var fitting = await keys.FindAsync(issuer.Keys, token.Kid, token.Alg, cancellationToken);
        if (fitting.Count == 0)
        {
            return Worthless($"the issuer has no key '{ShownText.Of(token.Kid)}' for {token.Alg}");
        }

        var result = await Handler.ValidateTokenAsync(token, Parameters(issuer, fitting));
        if (IsOfAnotherKey(result) && !fitting.Any(k => k.Id is not null && k.Id == token.Kid))
        {
            // Where keys have no names, one that the issuer has newly made looks as a wrong signature.
            var newer = await keys.FindNewerAsync(issuer.Keys, token.Kid, token.Alg, cancellationToken);
            result = newer.SequenceEqual(fitting) ? result : await Handler.ValidateTokenAsync(token, Parameters(issuer, newer));
        }

        return result.IsValid ? Owner(policy, issuer, token) : Worthless(Words(result.Exception));
    }

    /// <summary>Reads a token, of which nothing is checked by that; null when it cannot be read.</summary>
    internal static JsonWebToken? Parse(string text)
    {
        try
        {
            var token = new JsonWebToken(text);

            // Asked for here, where what unreadable text throws is expected: all that is looked at before the signature is.
            return (token.Issuer, token.Alg, token.Kid) is (not null, not null, _) ? token : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or SecurityTokenException or System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsOfAnotherKey(TokenValidationResult result) =>
        !result.IsValid && result.Exception is SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException;

    private static TokenVerdict Worthless(string problem) => new(null, problem);

    private TokenValidationParameters Parameters(Issuer issuer, IReadOnlyList<IssuerKey> fitting) => new()
    {
        ValidIssuer = issuer.Name,
        ValidAudiences = issuer.Audiences,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = fitting.Select(k => k.Key),
        TryAllIssuerSigningKeys = true,
        LifetimeValidator = (from, until, _, _) => IsNow(from, until, issuer.ClockSkew),
    };

    // As the library does, by the server's clock.
    private bool IsNow(DateTime? from, DateTime? until, TimeSpan skew)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (until is not { } end)
        {
            throw new SecurityTokenNoExpirationException();
        }

        if (end < now - skew)
        {
            throw new SecurityTokenExpiredException { Expires = end };
        }

        return from is not { } start || start <= now + skew ? true : throw new SecurityTokenNotYetValidException { NotBefore = start };
    }

    private static TokenVerdict Owner(AccessPolicy policy, Issuer issuer, JsonWebToken token)
    {
        var names = token.Claims.Where(c => c.Type == issuer.UserClaim).Select(c => c.Value).ToList();
        if (names is not [{ Length: > 0 and <= MaxNameLength } name] || name.Any(char.IsControl))
        {
            return Worthless($"the token must name its user in the claim '{issuer.UserClaim}', once and with {MaxNameLength} characters at most");
        }

        var groups = token.Claims.Where(c => c.Type == issuer.GroupsClaim).Select(c => issuer.Prefix + c.Value);
        return new TokenVerdict(policy.Vouched(issuer.Prefix + name, groups), "");
    }

    private static string Words(Exception problem) => problem switch
    {
        SecurityTokenExpiredException e => string.Create(CultureInfo.InvariantCulture, $"the token expired at {e.Expires:u}"),
        SecurityTokenNotYetValidException e => string.Create(CultureInfo.InvariantCulture, $"the token is valid from {e.NotBefore:u} on"),
        SecurityTokenNoExpirationException => "the token never expires; its issuer must say until when it is good ('exp')",
        SecurityTokenInvalidAudienceException => "the token is meant for another server: its audience ('aud') is none of those that the users file names",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => "the token's signature is wrong",
        _ => "the token cannot be used",
    };
}
