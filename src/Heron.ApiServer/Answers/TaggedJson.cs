// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Heron.ApiServer.Answers;

/// <summary>A JSON body with an entity tag: see <see cref="TaggedBytes"/>.</summary>
internal sealed class TaggedJson<T>(T body, JsonTypeInfo<T> type) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) =>
        new TaggedBytes(JsonSerializer.SerializeToUtf8Bytes(body, type), "application/json; charset=utf-8").ExecuteAsync(httpContext);
}
