// SPDX-License-Identifier: Apache-2.0
using Microsoft.IdentityModel.Tokens;

namespace Heron.ApiServer.Access;

/// <summary>A public key of an issuer.</summary>
/// <param name="Id">Its <c>kid</c>, or null.</param>
/// <param name="Algorithm">The only algorithm that it is for, or null.</param>
/// <param name="Key">The key itself.</param>
internal sealed record IssuerKey(string? Id, string? Algorithm, SecurityKey Key)
{
    /// <summary>Whether a token with that header may have been signed with it. A token or key that does not name the key may mean any.</summary>
    public bool Fits(string? id, string algorithm) =>
        (string.IsNullOrEmpty(id) || Id is null || Id == id) && (Algorithm is null || Algorithm == algorithm);
}
