// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Heron.Core.Tests.Scheduling;

/// <summary>Serves files over HTTP on a free loopback port, misbehaving as told for the first requests of a path.</summary>
internal sealed class MisbehavingFileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, (byte[] Bytes, Queue<Behaviour> First)> _files = new();
    private readonly Task _loop;

    public MisbehavingFileServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public enum Behaviour
    {
        Serve,
        Unavailable,
        CutHalfway,
        CutHalfwayWithoutLength,
        Redirect,
    }

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What clients said they are.</summary>
    public ConcurrentQueue<string> Agents { get; } = new();

    public string Add(string path, byte[] bytes, params Behaviour[] first)
    {
        _files[path] = (bytes, new Queue<Behaviour>(first));
        return $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var path = (await reader.ReadLineAsync(_stop.Token))!.Split(' ')[1];
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
            {
                if (header.StartsWith("User-Agent:", StringComparison.OrdinalIgnoreCase))
                {
                    Agents.Enqueue(header);
                }
            }

            Requests.Enqueue(path);
            var known = _files.TryGetValue(path.Split('?')[0], out var file);
            var behaviour = known && file.First.TryDequeue(out var next) ? next : Behaviour.Serve;
            var (head, body) = (known, behaviour) switch
            {
                (false, _) => ("404 Not Found\r\nContent-Length: 9", "not found"u8.ToArray()),
                (_, Behaviour.Unavailable) => ("503 Service Unavailable\r\nContent-Length: 5", "later"u8.ToArray()),
                (_, Behaviour.CutHalfway) =>
                    ($"200 OK\r\nContent-Length: {file.Bytes.Length}", file.Bytes[..(file.Bytes.Length / 2)]),
                (_, Behaviour.CutHalfwayWithoutLength) => ("200 OK", file.Bytes[..(file.Bytes.Length / 2)]),
                (_, Behaviour.Redirect) => ($"307 Temporary Redirect\r\nLocation: {path}\r\nContent-Length: 0", []),
                _ => ($"200 OK\r\nContent-Length: {file.Bytes.Length}", file.Bytes),
            };
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"), _stop.Token);
            await stream.WriteAsync(body, _stop.Token);
        }
        catch (IOException)
        {
            // The client went away; that is its right.
        }
    }
}
