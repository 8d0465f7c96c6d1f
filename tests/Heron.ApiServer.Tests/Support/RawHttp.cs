// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Support;

/// <summary>Sends bytes over a socket and reads one response, to say exactly what no HTTP client would.</summary>
internal static class RawHttp
{
    public static Task<RawResponse> SendAsync(int port, string request, bool halfClose = false) =>
        SendAsync(port, Encoding.Latin1.GetBytes(request), halfClose);

    public static async Task<RawResponse> SendAsync(int port, ReadOnlyMemory<byte> request, bool halfClose = false)
    {
        using var limit = new CancellationTokenSource(Poll.Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        try
        {
            var sent = 0;
            while (sent < request.Length)
            {
                sent += await socket.SendAsync(request[sent..], SocketFlags.None, limit.Token);
            }

            if (halfClose)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The server may answer and close before it has read everything; the answer is what counts.
        }

        return await ReadAsync(socket, limit.Token);
    }

    private static async Task<RawResponse> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var headEnd = -1;
        while (headEnd < 0)
        {
            var read = await ReceiveAsync(socket, buffer, cancellationToken);
            if (read == 0)
            {
                return new RawResponse(0, new Dictionary<string, string>(), received.ToArray(), Closed: true);
            }

            received.Write(buffer, 0, read);
            headEnd = received.GetBuffer().AsSpan(0, (int)received.Length).IndexOf("\r\n\r\n"u8);
        }

        var lines = Encoding.Latin1.GetString(received.GetBuffer(), 0, headEnd).Split("\r\n");
        var headers = lines.Skip(1).Select(l => l.Split(':', 2))
            .ToDictionary(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) ? long.Parse(text) : -1;
        var bodyStart = headEnd + 4;
        var closed = false;
        while (length < 0 || received.Length - bodyStart < length)
        {
            if (length < 0 && headers.ContainsKey("Transfer-Encoding") && EndsChunked(received, bodyStart))
            {
                break;
            }

            var read = await ReceiveAsync(socket, buffer, cancellationToken);
            if (read == 0)
            {
                closed = true;
                break;
            }

            received.Write(buffer, 0, read);
        }

        if (!closed && headers.TryGetValue("Connection", out var connection) && connection == "close")
        {
            closed = await ReceiveAsync(socket, buffer, cancellationToken) == 0;
        }

        // What comes behind it answers the next request.
        var body = received.ToArray()[bodyStart..];
        body = length >= 0 && length < body.Length ? body[..(int)length] : body;
        return new RawResponse(
            int.Parse(lines[0].Split(' ')[1]), headers, headers.ContainsKey("Transfer-Encoding") ? Dechunk(body) : body, closed);
    }

    // A connection that was reset has ended, like one that was closed.
    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static bool EndsChunked(MemoryStream received, int start) =>
        received.GetBuffer().AsSpan(start, (int)received.Length - start).EndsWith("0\r\n\r\n"u8);

    private static byte[] Dechunk(byte[] body)
    {
        var result = new MemoryStream();
        var at = 0;
        while (true)
        {
            var end = at + body.AsSpan(at).IndexOf("\r\n"u8);
            var size = Convert.ToInt32(Encoding.Latin1.GetString(body, at, end - at), 16);
            if (size == 0)
            {
                return result.ToArray();
            }

            result.Write(body, end + 2, size);
            at = end + 2 + size + 2;
        }
    }
}
