// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;

namespace Heron.ApiServer.Tests.Observe;

/// <summary>A stream of server-sent events, as a browser reads it.</summary>
internal sealed class FollowedStream(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    public static async Task<FollowedStream> OpenAsync(HttpClient client, string path, string? last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new FollowedStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async Task<(string? Id, string Data)> NextAsync()
    {
        using var limit = new CancellationTokenSource(Poll.Limit);
        string? id = null;
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (id, line[6..]);
            }
        }

        throw new EndOfStreamException("the stream ended");
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
