// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Heron.Testing.ZooKeeper;

/// <summary>One connection through a <see cref="BreakingProxy"/>.</summary>
internal sealed class ProxyLink(BreakingProxy proxy, Socket client, ProxyFault fault) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _cut = new();

    public async Task RunAsync(int targetPort)
    {
        try
        {
            if (!fault.Refuse)
            {
                client.NoDelay = true;
                await _server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, targetPort), _cut.Token);
                await Task.WhenAny(
                    PumpAsync(client, _server, up: true, fault.CutUpAfter, fault.SwallowUpAfter, long.MaxValue),
                    PumpAsync(_server, client, up: false, fault.CutDownAfter, fault.SwallowDownAfter, fault.GarbleDownAfter));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody listens there: the client sees its connection end.
            client.Close();
        }
        finally
        {
            Cut();
        }
    }

    public void Cut()
    {
        _cut.Cancel();
        client.Dispose();
        _server.Dispose();
    }

    public void Dispose() => Cut();

    private async Task PumpAsync(Socket from, Socket to, bool up, long cutAfter, long swallowAfter, long garbleAfter)
    {
        byte[] buffer = new byte[16 * 1024];
        long seen = 0;
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer, _cut.Token);
                if (read == 0)
                {
                    return;
                }

                if (fault.Delay > TimeSpan.Zero)
                {
                    await Task.Delay(fault.Delay, _cut.Token);
                }

                int through = (int)Math.Min(read, Math.Max(0, Math.Min(cutAfter, swallowAfter) - seen));
                for (int i = (int)Math.Max(0, Math.Min(read, garbleAfter - seen)); i < read; i++)
                {
                    buffer[i] ^= 0x5a;
                }

                seen += read;
                proxy.Count(up, through);
                await SendAllAsync(to, buffer.AsMemory(0, through));
                if (seen >= cutAfter)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone; the caller cuts the other.
            return;
        }
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, _cut.Token)..];
        }
    }
}
