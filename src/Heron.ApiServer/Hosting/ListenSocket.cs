// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.Core;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// The socket that Kestrel will listen on, bound, and listened on, before anything else is started: a port that is taken is found out at
/// once, and the server knows its own address even when it may take any free port.
/// </summary>
public sealed class ListenSocket : IDisposable
{
    private readonly Socket _socket;

    private ListenSocket(Socket socket) => _socket = socket;

    /// <summary>The port that was bound.</summary>
    public int Port => EndPoint.Port;

    /// <summary>Address and port that were bound.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Binds.</summary>
    /// <param name="address">The address, or null for all addresses of both families.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="addressFlag">The option that names the address, for messages.</param>
    /// <param name="portFlag">The option that names the port.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the port is taken or the address is not this machine's.</exception>
    public static ListenSocket Bind(IPAddress? address, int port, string addressFlag = "--bind", string portFlag = "--port")
    {
        var end = new IPEndPoint(address ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any), port);
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address is null && end.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(end);

            // At once: as long as nobody listens, another program may bind the same port, too. Who connects waits for Kestrel.
            socket.Listen();
            return new ListenSocket(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            var where = address is null ? $"port {port}" : end.ToString();
            throw new HeronException(FaultKind.Invalid, Explain(e, where, addressFlag, portFlag), e);
        }
    }

    private static string Explain(SocketException fault, string where, string addressFlag, string portFlag) => fault.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{where} is taken: stop the program that listens there, or choose another with {portFlag}",
        SocketError.AddressNotAvailable => $"cannot listen on {where}: this machine has no such address; give one of its own with {addressFlag}",
        SocketError.AccessDenied => $"cannot listen on {where}: this user may not take ports below 1024; choose another with {portFlag}",
        _ => $"cannot listen on {where}: {fault.Message}",
    };

    /// <summary>Hands the socket to Kestrel, which closes it.</summary>
    internal Socket Give() => _socket;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}

/// <summary>The sockets that the server listens on.</summary>
/// <param name="Api">For everything.</param>
/// <param name="Downloads">For downloads only (<c>--download-listen</c>), or null.</param>
public sealed record ListenSockets(ListenSocket Api, ListenSocket? Downloads = null)
{
    /// <summary>Hands the socket of an address to Kestrel, which closes it.</summary>
    internal Socket Give(EndPoint endPoint) => (endPoint.Equals(Downloads?.EndPoint) ? Downloads : Api)!.Give();
}
