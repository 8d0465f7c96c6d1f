// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.FormData;

/// <summary>One part of a multipart form, its body still to be read from the network.</summary>
/// <param name="Name">The field name.</param>
/// <param name="FileName">What the client calls the file; null for a plain field. Never used as a path.</param>
/// <param name="Body">To be read before the next part is asked for.</param>
internal sealed record FormPart(string Name, string? FileName, FormPartBody Body)
{
    /// <summary>
    /// How many bytes the body has if no other part follows, as far as the length of the request tells; null when it does not. Only
    /// what is read tells for sure.
    /// </summary>
    public long? LengthIfLast { get; init; }
}
