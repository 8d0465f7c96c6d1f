// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.Testing;

namespace Heron.ZooKeeper.Tests.Fakes;

/// <summary>A scripted ZooKeeper in this process: every connection is handed to the test's script.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<FakePeer> _peers = [];
    private readonly Func<FakePeer, int, Task> _script;
    private readonly Task _loop;

    public FakeServer(Func<FakePeer, int, Task> script)
    {
        _script = script;
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>One that welcomes every session and answers everything.</summary>
    public static FakeServer Serving() => new(async (peer, _) =>
    {
        await peer.WelcomeAsync();
        await peer.ServeAsync();
    });

    public string ConnectionString => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Connections { get; private set; }

    /// <summary>What went wrong in a script, other than the client hanging up.</summary>
    public Exception? ScriptFailure { get; private set; }

    public ZooKeeperClient Client(Func<ZooKeeperOptions, ZooKeeperOptions>? change = null)
    {
        ZooKeeperOptions options = ZooKeeperOptions.For(ConnectionString) with
        {
            SessionTimeout = TimeSpan.FromSeconds(60),
            OperationTimeout = Poll.Limit,
            ReconnectDelay = TimeSpan.FromMilliseconds(5),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
            CloseTimeout = TimeSpan.FromMilliseconds(300),
        };
        return ZooKeeperClient.Start(change is null ? options : change(options));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        lock (_peers)
        {
            _peers.ForEach(p => p.Dispose());
        }

        await _loop;
        Assert.Null(ScriptFailure);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            var peer = new FakePeer(socket);
            lock (_peers)
            {
                _peers.Add(peer);
            }

            _ = ServeAsync(peer, Connections++);
        }
    }

    private async Task ServeAsync(FakePeer peer, int number)
    {
        try
        {
            await _script(peer, number);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client hung up, which scripts are allowed not to expect.
            peer.Dispose();
        }
        catch (Exception e)
        {
            ScriptFailure = e;
            peer.Dispose();
        }
    }
}
