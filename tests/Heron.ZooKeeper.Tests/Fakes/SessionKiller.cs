// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Tests.Fakes;

/// <summary>Ends a session from outside, as ZooKeeper's own tests do: a second connection takes it over and closes it.</summary>
internal static class SessionKiller
{
    public static async Task KillAsync(ZooKeeperClient client, int port)
    {
        await client.WaitUntilConnectedAsync();
        (long id, byte[] password) = client.SessionSecret;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await using var stream = new NetworkStream(socket);
        var frames = new FrameReader(stream, 1024);
        await stream.WriteAsync(Handshake.Request(0, TimeSpan.FromSeconds(10), id, password).Memory);
        HandshakeReply reply = Handshake.Read((await frames.ReadAsync(CancellationToken.None)).Span);
        Assert.Equal(id, reply.SessionId);
        var writer = new JuteWriter(64);
        writer.Int(1);
        writer.Int((int)OpCode.CloseSession);
        await stream.WriteAsync(writer.Finish().Memory);
        await frames.ReadAsync(CancellationToken.None);
    }
}
