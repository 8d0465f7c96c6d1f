// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>Somebody else who says who a caller is, by signed tokens (JWT): an entry of <c>issuers</c> in the users file.</summary>
/// <param name="Name">As in the token's <c>iss</c>, to the letter.</param>
/// <param name="Audiences">Names of this server, of which the token's <c>aud</c> must have one.</param>
/// <param name="Keys">Where the issuer's public keys are.</param>
/// <param name="UserClaim">The claim that names the user.</param>
/// <param name="GroupsClaim">The claim that names groups of the users file; null when the issuer has no say in them.</param>
/// <param name="Prefix">Put in front of names of users and groups, so that one issuer cannot speak of another's.</param>
/// <param name="ClockSkew">How far the issuer's clock may be from ours.</param>
internal sealed record Issuer(
    string Name, IReadOnlyList<string> Audiences, KeyPlace Keys, string UserClaim, string? GroupsClaim, string Prefix, TimeSpan ClockSkew)
{
    /// <summary>The claim that every token has.</summary>
    public const string DefaultUserClaim = "sub";

    /// <summary>What machines that set their clocks by others differ by, amply.</summary>
    public static readonly TimeSpan DefaultClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>More than that is no clock.</summary>
    public static readonly TimeSpan LongestClockSkew = TimeSpan.FromMinutes(10);
}
