// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heron.ApiServer.Answers;
using Heron.ApiServer.CommandLine;
using Heron.Core;

namespace Heron.ApiServer.Client;

/// <summary>A running server, as its clients reach it.</summary>
internal sealed class ServerConnection : IDisposable
{
    /// <summary>The variable that has a token for the server.</summary>
    public const string TokenVariable = "HERON_APISERVER_TOKEN";

    // For an answer that does not go on: the server itself gives its peers less.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;
    private readonly string _shown;

    private ServerConnection(Uri address, AuthenticationHeaderValue? login)
    {
#pragma warning disable CA2000 // The client disposes of its handler.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
#pragma warning restore CA2000
        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = login;
        _shown = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
    }

    /// <summary>Opens a connection; nothing is asked yet.</summary>
    /// <param name="url">The server's address, with <c>USER:PASSWORD@</c> where it wants to know who asks.</param>
    /// <param name="token">A token for it, which counts when the address names nobody; null for none.</param>
    /// <exception cref="ClientException">It is no address.</exception>
    public static ServerConnection Open(string url, string? token)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Query.Length > 0)
        {
            throw new ClientException(ExitCodes.Mistake, "--service-url is no address: give one such as http://127.0.0.1:9000; letters such as / and # of a password are written %2F and %23");
        }

        var login = address.UserInfo.Length > 0
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))))
            : string.IsNullOrWhiteSpace(token) ? null : new AuthenticationHeaderValue("Bearer", token.Trim());
        return new ServerConnection(new UriBuilder(address) { UserName = "", Password = "", Path = address.AbsolutePath.TrimEnd('/') + "/" }.Uri, login);
    }

    /// <summary>Asks for JSON.</summary>
    /// <param name="path">From the server's address on, without a slash before it.</param>
    /// <param name="type">What it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer, and its bytes as they came.</returns>
    /// <exception cref="ClientException">The server refuses, or cannot be reached.</exception>
    public async Task<(T Value, byte[] Bytes)> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await SendAsync(path, accept: "application/json", lastId: null, limit.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(limit.Token);
            return (JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("it is null"), bytes);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(new TimeoutException($"no answer within {Patience.TotalSeconds} s"));
        }
        catch (JsonException fault)
        {
            throw new ClientException(ClientExitCodes.Refused, $"what {_shown} answers is not what a heron-apiserver does: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            throw Unreachable(fault);
        }
    }

    /// <summary>Asks, and gives the answer as soon as its headers are there.</summary>
    /// <param name="path">From the server's address on, without a slash before it.</param>
    /// <param name="accept">The media type that is wanted.</param>
    /// <param name="lastId">For a stream: what to go on behind; null to begin.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ClientException">The server refuses, or cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(string path, string accept, string? lastId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.UserAgent.ParseAdd("heron-apiserver-client");
        if (lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        }

        // Of the headers alone: what is followed takes as long as it takes.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(new TimeoutException($"no answer within {Patience.TotalSeconds} s"));
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(fault);
        }

        if (answer.StatusCode == HttpStatusCode.OK)
        {
            return answer;
        }

        using (answer)
        {
            throw new ClientException(ClientExitCodes.Refused, await MessageOfAsync(answer, cancellationToken))
            {
                IsPassing = answer.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string> MessageOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var body = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellationToken), ApiJson.Relaxed.ErrorBody);
            var message = ShownText.Line(body?.Message ?? throw new JsonException());
            return body.Paths is null ? message : $"{_shown} is not where the API begins: give --service-url without a path, or with the one below which a proxy has the server";
        }
        catch (Exception fault) when (fault is JsonException or IOException or HttpRequestException)
        {
            return $"{_shown} answered {(int)answer.StatusCode} and not as a heron-apiserver does: is another server there?";
        }
    }

    private ClientException Unreachable(Exception fault)
    {
        var causes = Causes(fault).ToList();
        var words = causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls ? tls.Message
            : causes.OfType<SocketException>().FirstOrDefault() is { } socket ? socket.Message
            : causes[^1].Message;
        return new ClientException(ClientExitCodes.Unreachable, $"{_shown} cannot be reached: {ShownText.Line(words)}{Advice(causes)}");
    }

    // What .NET says of these names neither the option nor the way out.
    private string Advice(IReadOnlyList<Exception> causes)
    {
        var isTls = _http.BaseAddress!.Scheme == Uri.UriSchemeHttps;
        var isCut = causes.OfType<HttpRequestException>().Any(fault => fault.HttpRequestError is HttpRequestError.ResponseEnded)
            || causes.OfType<SocketException>().Any(fault => fault.SocketErrorCode == SocketError.ConnectionReset);
        return causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls
                ? tls.Message.Contains("certificate", StringComparison.Ordinal)
                    ? "; SSL_CERT_FILE=FILE in the environment trusts the authorities of a file (PEM)"
                    : "; a server that speaks no TLS is asked by http://"
            : isCut && !isTls ? "; a server that speaks TLS is asked by https://"
            : "";
    }

    private static IEnumerable<Exception> Causes(Exception fault)
    {
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
