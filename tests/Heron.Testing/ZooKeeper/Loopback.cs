// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Heron.Testing.ZooKeeper;

/// <summary>
/// Ports of this machine that stay free until the test process that got them ends: nobody takes one between the choice and the
/// moment when a program listens, nor while a server is down that comes back later.
/// </summary>
/// <remarks>
/// They lie below the kernel's range for outgoing connections and unnamed listeners, and below the local scheduler's. Among
/// test processes each block of them belongs to the one that has bound a name in the abstract socket namespace, which the
/// kernel frees with the process, however that ends.
/// </remarks>
public static class Loopback
{
    private const int First = 10_000;
    private const int Last = 20_000;
    private const int BlockSize = 50;

    private static readonly Lock Gate = new();
    private static readonly List<Socket> Claims = [];
    private static readonly Queue<int> Unused = new();
    private static int _block = Environment.ProcessId % Blocks;

    private static int Blocks => (Last - First) / BlockSize;

    /// <summary>Ports that nobody listens on and nobody else is given, all different.</summary>
    public static int[] FreePorts(int count)
    {
        lock (Gate)
        {
            return [.. Enumerable.Range(0, count).Select(_ => NextFree())];
        }
    }

    private static int NextFree()
    {
        while (true)
        {
            if (!Unused.TryDequeue(out int port))
            {
                ClaimBlock();
            }
            else if (CanListen(port))
            {
                return port;
            }
        }
    }

    private static void ClaimBlock()
    {
        for (int tried = 0; tried < Blocks; tried++)
        {
            _block = (_block + 1) % Blocks;
            var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                claim.Bind(new UnixDomainSocketEndPoint(string.Create(CultureInfo.InvariantCulture, $"\0heron-test-ports-{_block}")));
            }
            catch (SocketException)
            {
                // Another test process has this block, or this one has had it for long.
                claim.Dispose();
                continue;
            }

            Claims.Add(claim);
            foreach (int port in Enumerable.Range(First + (_block * BlockSize), BlockSize))
            {
                Unused.Enqueue(port);
            }

            return;
        }

        throw new InvalidOperationException($"all ports from {First} to {Last} are given to test processes that run");
    }

    private static bool CanListen(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
