// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Heron.ApiServer.Tests.Lifecycle.Replay;

/// <summary>A topology manager that only records what it is asked and answers with a given status.</summary>
internal sealed class ScriptedManager : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedManager()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Status { get; set; } = 200;

    /// <summary>What an answered request does to the topology.</summary>
    public Func<string, Task> OnRequest { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                var target = (await reader.ReadLineAsync())!.Split(' ')[1];
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // Headers say nothing that matters here.
                }

                // Asked before every change, which the reference does not; it changes nothing.
                var isPlan = target.StartsWith("/get_current_physical_plan", StringComparison.Ordinal);
                if (!isPlan)
                {
                    Requests.Enqueue(target);
                    if (Status == 200)
                    {
                        await OnRequest(target);
                    }
                }

                await client.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes($"HTTP/1.1 {(isPlan ? 200 : Status)} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
