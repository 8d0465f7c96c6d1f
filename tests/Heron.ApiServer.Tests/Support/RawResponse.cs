// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;

namespace Heron.ApiServer.Tests.Support;

/// <summary>One HTTP response as it came over the socket.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool Closed)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Message => Json.GetProperty("message").GetString()!;
}
