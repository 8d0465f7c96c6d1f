// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Files;
using Heron.ApiServer.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Heron.ApiServer.Hosting;

/// <summary>Kestrel's limits, all said here: none of its defaults is relied on.</summary>
internal static class KestrelSetup
{
    /// <summary>The largest body of a request that is no upload.</summary>
    public const long SmallBody = 1024 * 1024;

    /// <summary>
    /// The most of what a client sends ahead that is taken before somebody reads it, in bytes. Thousands of connections may wait so; the
    /// framework's default is a MiB for each. Larger than the head of a request may be.
    /// </summary>
    public const int UnreadOfOne = 64 * 1024;

    /// <summary>Applies limits and the address to listen on.</summary>
    /// <param name="kestrel">What is set up.</param>
    /// <param name="sockets">Where to listen.</param>
    /// <param name="certificates">What to speak TLS with, or null.</param>
    /// <param name="connections">How many connections there may be.</param>
    public static void Configure(
        KestrelServerOptions kestrel, ListenSockets sockets, TlsCertificates? certificates, ConnectionLimits connections)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.AllowAlternateSchemes = false;

        var limits = kestrel.Limits;

        // Counted by ConnectionLimits, which answers; this is the end of what can be answered.
        limits.MaxConcurrentConnections = connections.All + ConnectionLimits.MostRefusedAtOnce;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = SmallBody;
        limits.MaxRequestBufferSize = UnreadOfOne;
        limits.MaxResponseBufferSize = 256 * 1024;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));

        kestrel.Listen(sockets.Api.EndPoint, listen => Http1(listen, certificates, connections));
        if (sockets.Downloads is { } downloads)
        {
            kestrel.Listen(downloads.EndPoint, listen =>
            {
                listen.Use(DownloadListener.Middleware);
                Http1(listen, certificates, connections);
            });
        }
    }

    private static void Http1(ListenOptions listen, TlsCertificates? certificates, ConnectionLimits connections)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connections.Middleware(next, isPlain: certificates is null));
        listen.Use(SocketOutput.Middleware);
        if (certificates is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.Current) });
        }

        listen.Use(RejectedRequests.Middleware);
        listen.Use(LengthlessPosts.Middleware);
    }
}
