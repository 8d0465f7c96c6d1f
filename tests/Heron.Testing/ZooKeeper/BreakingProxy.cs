// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Heron.Testing.ZooKeeper;

/// <summary>A TCP proxy on a free loopback port that breaks connections as a test asks.</summary>
public sealed class BreakingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxyLink, bool> _links = new();
    private readonly Func<int, ProxyFault> _faultOf;
    private readonly Task _loop;
    private int _connections;

    /// <param name="targetPort">The loopback port to forward to; may change while running.</param>
    /// <param name="faultOf">The fault of each connection, by its number counted from 0.</param>
    public BreakingProxy(int targetPort, Func<int, ProxyFault>? faultOf = null)
    {
        TargetPort = targetPort;
        _faultOf = faultOf ?? (_ => Fault);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int TargetPort { get; set; }

    /// <summary>The fault of connections to come, unless the constructor was given a function.</summary>
    public ProxyFault Fault { get; set; } = ProxyFault.None;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Bytes let through to the server and to the client, over all connections.</summary>
    public long BytesUp => _bytesUp;

    public long BytesDown => _bytesDown;

    private long _bytesUp;
    private long _bytesDown;

    /// <summary>Cuts all connections of this moment.</summary>
    public void CutAll()
    {
        foreach (ProxyLink link in _links.Keys)
        {
            link.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        CutAll();
        await _loop;
    }

    internal void Count(bool up, int bytes) => Interlocked.Add(ref up ? ref _bytesUp : ref _bytesDown, bytes);

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = ServeAsync(client, _faultOf(Interlocked.Increment(ref _connections) - 1));
        }
    }

    private async Task ServeAsync(Socket client, ProxyFault fault)
    {
        using var link = new ProxyLink(this, client, fault);
        _links[link] = true;
        try
        {
            await link.RunAsync(TargetPort);
        }
        finally
        {
            _links.TryRemove(link, out _);
        }
    }
}
