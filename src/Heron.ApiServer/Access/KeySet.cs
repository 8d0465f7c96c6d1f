// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>What an issuer gives out.</summary>
/// <param name="Keys">The keys that signatures are checked with; one at least.</param>
/// <param name="Mistakes">Why others of it cannot be used, a line for each; empty when all can.</param>
internal sealed record KeySet(IReadOnlyList<IssuerKey> Keys, string Mistakes);
