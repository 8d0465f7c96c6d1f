// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Heron.Core;

namespace Heron.Daemons.Calls;

/// <summary>
/// Carries calls to daemons: to addresses that the scheduler vouches for, each on a connection of its own as all of Heron's
/// tools make them, with an end to connecting, silence, duration and size.
/// </summary>
public sealed class DaemonTransport : IDisposable
{
    private static readonly MediaTypeHeaderValue Binary = new("application/octet-stream");

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>One for all daemons of all topologies.</summary>
    public DaemonTransport(TimeProvider time)
    {
        _time = time;
#pragma warning disable CA2000 // The client owns its handler and disposes it.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = DaemonLimits.Connect,
            MaxResponseHeadersLength = 16,
        };
#pragma warning restore CA2000
        _http = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Asks, and gives the whole answer, whatever its status.</summary>
    /// <exception cref="DaemonException">The daemon is away, hangs, is too long or too large, or is where it must not be.</exception>
    internal async Task<DaemonAnswer> AskAsync(
        DaemonAddress to, DaemonCall call, DaemonLimits limits, CancellationToken cancellationToken)
    {
        using var exchange = await OpenAsync(to, call, limits, cancellationToken);
        using var body = new MemoryStream();
        await exchange.CopyToAsync(body, cancellationToken);
        return new DaemonAnswer(exchange.Status, body.ToArray());
    }

    /// <summary>Asks, and gives the answer as it arrives.</summary>
    /// <exception cref="DaemonException">As for <see cref="AskAsync"/>.</exception>
    internal async Task<DaemonExchange> OpenAsync(
        DaemonAddress to, DaemonCall call, DaemonLimits limits, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The exchange takes it over; where there is none, it is disposed below.
        var patience = new Patience(limits, _time, cancellationToken);
#pragma warning restore CA2000
        try
        {
            var addresses = await to.Allowed.ResolveAsync(to.Daemon, to.Host, to.Port, patience.Token);
            using var request = call.ToRequest(new IPEndPoint(addresses[0], to.Port), to.Host);
            if (request.Content is { } content)
            {
                content.Headers.ContentType = Binary;
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return new DaemonExchange(to, response, patience);
        }
        catch (Exception e) when (FaultOf(e, to, patience, cancellationToken) is { } fault)
        {
            patience.Dispose();
            throw fault;
        }
        catch
        {
            patience.Dispose();
            throw;
        }
    }

    /// <summary>What an error on the way means; null when it means nothing about the daemon.</summary>
    internal static DaemonException? FaultOf(
        Exception error, DaemonAddress to, Patience patience, CancellationToken cancellationToken) => error switch
        {
            _ when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException => new DaemonException(FaultKind.Unavailable, to.Daemon, patience.Why(), error),
            HttpRequestException { InnerException: SocketException socket } => Away(to, Words(socket.SocketErrorCode), error),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Away(to, "it does not let connect", error),
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => Away(to, "the connection was closed without an answer", error),
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => Away(to, "the connection was closed within the answer", error),
            HttpRequestException { InnerException: IOException { InnerException: SocketException } } => Away(to, "the connection broke", error),
            HttpRequestException or HttpIOException =>
                new DaemonException(FaultKind.BadGateway, to.Daemon, $"answered at {At(to)} with something that is no HTTP", error),
            IOException => Away(to, "the connection broke", error),
            _ => null,
        };

    private static DaemonException Away(DaemonAddress to, string how, Exception error) =>
        new(FaultKind.Unavailable, to.Daemon, $"is away ({At(to)}: {how})", error);

    private static string At(DaemonAddress to) =>
        $"{to.Host}:{to.Port.ToString(CultureInfo.InvariantCulture)}";

    private static string Words(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => "no route to it",
        SocketError.TimedOut => "it does not let connect",
        _ => "the connection broke",
    };
}
