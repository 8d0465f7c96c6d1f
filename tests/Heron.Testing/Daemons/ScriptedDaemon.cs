// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Heron.Testing.Daemons;

/// <summary>
/// A daemon on a real socket that answers as a test says: also wrongly, late, or not at all. One request a connection, as
/// Heron's tools ask.
/// </summary>
public sealed class ScriptedDaemon : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<DaemonRequest> _requests = new();
    private readonly Func<DaemonRequest, DaemonReply> _reply;
    private readonly Task _serving;

    public ScriptedDaemon(Func<DaemonRequest, DaemonReply> reply)
    {
        _reply = reply;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    /// <summary>All that came, oldest first.</summary>
    public IReadOnlyList<DaemonRequest> Requests => [.. _requests];

    /// <summary>A reply of text.</summary>
    public static DaemonReply Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));

    /// <summary>One that never comes.</summary>
    public static DaemonReply Never { get; } = new(200, []) { Pause = new TaskCompletionSource().Task };

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await Task.WhenAny(_serving);
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_ending.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream);
                _requests.Enqueue(request);
                await WriteAsync(stream, _reply(request));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client went, or the test is over.
            }
        }
    }

    private async Task WriteAsync(NetworkStream stream, DaemonReply reply)
    {
        if (!reply.PausesWithin)
        {
            await reply.Pause.WaitAsync(_ending.Token);
        }

        if (reply.Raw is { } raw)
        {
            await stream.WriteAsync(raw, _ending.Token);
            return;
        }

        if (reply.Status is not { } status)
        {
            return;
        }

        var length = (reply.ToldLength ?? reply.Body.Length).ToString(CultureInfo.InvariantCulture);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"),
            _ending.Token);
        if (reply.PausesWithin)
        {
            await stream.WriteAsync(reply.Body.AsMemory(0, reply.Body.Length / 2), _ending.Token);
            await reply.Pause.WaitAsync(_ending.Token);
            await stream.WriteAsync(reply.Body.AsMemory(reply.Body.Length / 2), _ending.Token);
            return;
        }

        await stream.WriteAsync(reply.Body, _ending.Token);
    }

    private async Task<DaemonRequest> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await stream.ReadExactlyAsync(one, _ending.Token);
            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n");
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(": ", 2))
            .ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _ending.Token);
        return new DaemonRequest(first[0], first[1], headers.GetValueOrDefault("Host", ""), body);
    }
}
