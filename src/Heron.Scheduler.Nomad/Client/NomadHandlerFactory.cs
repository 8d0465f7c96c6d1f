// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Net.Sockets;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>Makes the one connection pool.</summary>
internal static class NomadHandlerFactory
{
    /// <summary>The pool.</summary>
    /// <param name="settings">How to reach Nomad.</param>
    /// <param name="tls">What <see cref="NomadTls.Load"/> read.</param>
    /// <param name="connections">Most connections at once.</param>
    public static SocketsHttpHandler Create(NomadConnectionSettings settings, SslClientAuthenticationOptions? tls, int connections)
    {
        var handler = new SocketsHttpHandler
        {
            // Nomad closes what goes above 100 connections of one address without a word.
            MaxConnectionsPerServer = connections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(10, settings.RequestTimeout.TotalSeconds)),
            AutomaticDecompression = System.Net.DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }
        else if (settings.Address.Scheme == NomadAddress.SocketScheme)
        {
            var socket = new UnixDomainSocketEndPoint(settings.Address.LocalPath);
            handler.ConnectCallback = (_, token) => ConnectAsync(socket, token);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint path, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The stream owns it.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(path, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
