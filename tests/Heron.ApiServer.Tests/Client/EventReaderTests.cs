// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heron.ApiServer.Client;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Client;

public sealed class EventReaderTests
{
    [Fact]
    public async Task A_stream_that_breaks_is_asked_for_again_behind_the_last_message_that_came_whole()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(
            listener,
            "retry: 1\n\nid: 1\ndata: one\ndata: and more\n\n: \n\nid: 2\ndata: hal",
            "id: 2\ndata: two\n\n");
        using var server = ServerConnection.Open($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", token: null);
        using var limit = new CancellationTokenSource(Poll.Limit);

        var messages = new List<string>();
        await foreach (var message in new EventReader(server, TextWriter.Null, TimeProvider.System).ReadAsync("events", limit.Token))
        {
            messages.Add(message);
            if (messages.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(["one\nand more", "two"], messages);
        var requests = await serving;
        Assert.DoesNotContain("Last-Event-ID", requests[0], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Last-Event-ID: 1\r\n", requests[1], StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<List<string>> ServeAsync(TcpListener listener, params string[] streams)
    {
        var requests = new List<string>();
        foreach (var stream in streams)
        {
            using var connection = await listener.AcceptTcpClientAsync();
            var bytes = new byte[16 * 1024];
            var read = 0;
            while (!Encoding.ASCII.GetString(bytes, 0, read).Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                read += await connection.GetStream().ReadAsync(bytes.AsMemory(read));
            }

            requests.Add(Encoding.ASCII.GetString(bytes, 0, read));
            await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + stream));
        }

        return requests;
    }
}
