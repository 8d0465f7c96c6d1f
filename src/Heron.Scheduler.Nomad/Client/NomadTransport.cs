// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heron.Core;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>
/// Sends requests to Nomad over one connection pool, each with an end: of connecting, of silence, of the whole, and of the
/// answer's size. Requests that meet a passing fault (429, 5xx that refuse nothing, a broken connection) are repeated with
/// growing, jittered pauses; all requests here may be repeated, since a job is registered and removed by its id. An answer
/// that is not what Nomad answers is Nomad's fault.
/// </summary>
internal sealed partial class NomadTransport : IDisposable
{
    /// <summary>A list of a hundred thousand jobs is half of this.</summary>
    private const int MostAnswerBytes = 128 * 1024 * 1024;

    /// <summary>Nomad closes what goes above 100 connections of one address; the requests have up to 64.</summary>
    private const int MostStreams = 32;

    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(1);

    private readonly NomadConnectionSettings _settings;
    private readonly HttpClient _http;
    private readonly HttpClient _streams;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<NomadReply> _retries;
    private readonly string _base;
    private long? _faultTold;

    public NomadTransport(NomadConnectionSettings settings, SslClientAuthenticationOptions? tls, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _logger = logger;
        _time = time;
        Address = settings.Address.ToString().TrimEnd('/');
        _base = HasSocket ? "http://localhost" : Address;
        _http = Pool(settings, tls, settings.Parallelism);

        // What goes on for minutes has connections of its own, so that it keeps no request waiting.
        _streams = Pool(settings, tls, MostStreams);
        _retries = Retries(settings, time);
    }

    /// <summary>The address without a slash at the end.</summary>
    public string Address { get; }

    /// <summary>Whether Nomad is reached through a socket of this machine, so that its address says nothing to anybody else.</summary>
    public bool HasSocket => _settings.Address.Scheme == NomadAddress.SocketScheme;

    /// <summary>Sends a request, again and again where that may help.</summary>
    public async Task<NomadReply> SendAsync(
        HttpMethod method, string path, string query, byte[]? body, CancellationToken cancellationToken)
    {
        try
        {
            return await _retries.ExecuteAsync(
                async token => await SendOnceAsync(method, path, query, body, token), cancellationToken);
        }
        catch (Exception fault) when (fault is HttpRequestException or TimeoutException)
        {
            throw Unreachable(fault);
        }
    }

    /// <summary>Sends a request once.</summary>
    /// <exception cref="HttpRequestException">No connection came about, or it broke.</exception>
    /// <exception cref="TimeoutException">Nomad took too long.</exception>
    public async Task<NomadReply> SendOnceAsync(
        HttpMethod method, string path, string query, byte[]? body, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, query, body);
        using var deadline = new CancellationTokenSource(_settings.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var reply = new NomadReply(response.StatusCode, await ReadAsync(response, path, either.Token), PauseOf(response));
            if (reply.MayPass)
            {
                Log.PassingFault(_logger, NextFaultLevel(), method.Method, path, (int)reply.Status, NomadErrorText.Innermost(reply.Text));
            }

            return reply;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                deadline.IsCancellationRequested
                    ? string.Create(CultureInfo.InvariantCulture, $"no answer within {_settings.RequestTimeout.TotalSeconds} s")
                    : "no connection came about in time",
                late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            Log.BrokenConnection(_logger, NextFaultLevel(), Address, method.Method, path, PeerWords.Of(broken));
            throw broken as HttpRequestException ?? new HttpRequestException(broken.Message, broken);
        }
    }

    /// <summary>
    /// Opens an answer that is read piece by piece: a file, or a stream that goes on. Only until it begins is it waited for; its
    /// reader watches for silence.
    /// </summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, string query, string action, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path, query, null);
        using var deadline = new CancellationTokenSource(_settings.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var response = await _streams.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var reply = new NomadReply(response.StatusCode, await ReadAsync(response, path, either.Token), null);
                throw Refused(reply, action);
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"no answer within {_settings.RequestTimeout.TotalSeconds} s"), late));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw Unreachable(broken);
        }
    }

    /// <summary>The answer, if it is one.</summary>
    /// <exception cref="NomadException">Nomad refused.</exception>
    public NomadReply Accepted(NomadReply reply, string action) => reply.IsSuccess ? reply : throw Refused(reply, action);

    /// <summary>What an answer says.</summary>
    /// <exception cref="NomadException"><see cref="FaultKind.BadGateway"/>: it is not what Nomad answers.</exception>
    public static T Read<T>(NomadReply reply, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type) ?? throw new JsonException("the answer is null");
        }
        catch (JsonException notJson)
        {
            throw NotUnderstood(notJson);
        }
    }

    /// <summary>What a list says; every element is there.</summary>
    /// <exception cref="NomadException"><see cref="FaultKind.BadGateway"/>: it is not what Nomad answers.</exception>
    public static IReadOnlyList<T> ReadList<T>(NomadReply reply, JsonTypeInfo<List<T?>> type)
        where T : class
    {
        // Nomad writes null for a list without elements, in some answers of some releases.
        if (reply.Body.AsSpan().SequenceEqual("null"u8))
        {
            return [];
        }

        var list = Read(reply, type);
        return list.Contains(null) ? throw NotUnderstood("an element of the list is null", null) : [.. list.OfType<T>()];
    }

    /// <summary>An answer that is no JSON, such as a web page, or JSON of another shape.</summary>
    public static NomadException NotUnderstood(JsonException fault) =>
        NotUnderstood($"it is no JSON of Nomad's, from byte {fault.BytePositionInLine ?? 0} of line {(fault.LineNumber ?? 0) + 1} on", fault);

    /// <summary>The answer of something that is no Nomad, or is out of its mind.</summary>
    public static NomadException NotUnderstood(string what, Exception? cause) => new(
        FaultKind.BadGateway,
        $"Nomad's answer is not understood ({what.TrimEnd('.')}); is the address in {NomadKeys.SchedulerUri} really that of a Nomad agent?",
        null,
        "",
        cause);

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _streams.Dispose();
    }

    /// <summary>
    /// One line a minute says that Nomad does not answer as it should; the rest, a line for each of many containers and tries, is for
    /// who looks closely. What fails for good is told with the topology that it was for.
    /// </summary>
    private LogLevel NextFaultLevel()
    {
        lock (_retries)
        {
            var now = _time.GetTimestamp();
            if (_faultTold is { } told && _time.GetElapsedTime(told, now) < FaultPause)
            {
                return LogLevel.Debug;
            }

            _faultTold = now;
            return LogLevel.Warning;
        }
    }

    private static HttpClient Pool(NomadConnectionSettings settings, SslClientAuthenticationOptions? tls, int connections)
    {
#pragma warning disable CA2000 // The client disposes of its handler.
        var pool = new HttpClient(NomadHandlerFactory.Create(settings, tls, connections), disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
#pragma warning restore CA2000
        if (settings.Token is { } token)
        {
            pool.DefaultRequestHeaders.Add("X-Nomad-Token", token);
        }

        if (settings.HttpAuth is { } auth)
        {
            pool.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(auth)));
        }

        return pool;
    }

    /// <summary>All of an answer, as long as it keeps coming and is not too large.</summary>
    private async Task<byte[]> ReadAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > MostAnswerBytes)
        {
            throw TooLarge(path);
        }

        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await SilenceLimited.ReadAsync(stream, buffer, _settings.Silence, _time, cancellationToken) is > 0 and var count)
            {
                if (memory.Length + count > MostAnswerBytes)
                {
                    throw TooLarge(path);
                }

                memory.Write(buffer.AsSpan(0, count));
            }
        }
        catch (InvalidDataException damaged)
        {
            throw NotUnderstood($"it cannot be unpacked: {damaged.Message}", damaged);
        }

        return memory.ToArray();
    }

    private static NomadException TooLarge(string path) =>
        NotUnderstood($"to {path} it sends more than {MostAnswerBytes / 1024 / 1024} MB", null);

    private HttpRequestMessage Request(HttpMethod method, string path, string query, byte[]? body)
    {
        var request = new HttpRequestMessage(method, new Uri(_base + path + Query(query)));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        return request;
    }

    private static ResiliencePipeline<NomadReply> Retries(NomadConnectionSettings settings, TimeProvider time)
    {
        if (settings.Retries == 0)
        {
            return ResiliencePipeline<NomadReply>.Empty;
        }

        return new ResiliencePipelineBuilder<NomadReply> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<NomadReply>
            {
                MaxRetryAttempts = settings.Retries,
                Delay = settings.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(10),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<NomadReply>()
                    .HandleResult(reply => reply.MayPass)
                    .Handle<HttpRequestException>(fault => !IsTlsFault(fault))
                    .Handle<TimeoutException>(),
                DelayGenerator = arguments => ValueTask.FromResult(Cap(arguments.Outcome.Result?.RetryAfter)),
            })
            .Build();
    }

    private static TimeSpan? Cap(TimeSpan? asked) =>
        asked > TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(10) : asked;

    /// <summary>The pause that is asked for; a proxy before Nomad may name the end of it instead.</summary>
    private TimeSpan? PauseOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } pause } => pause,
        { Date: { } end } => end > _time.GetUtcNow() ? end - _time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private string Query(string query)
    {
        var text = new StringBuilder(query);
        foreach (var (name, value) in new[] { ("namespace", _settings.Namespace), ("region", _settings.Region) })
        {
            if (value is not null)
            {
                text.Append(text.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return text.Length > 0 ? "?" + text : "";
    }

    private NomadException Refused(NomadReply reply, string action)
    {
        var words = NomadErrorText.Innermost(reply.Text);
        var said = words.Length > 0
            ? words
            : string.Create(CultureInfo.InvariantCulture, $"status {(int)reply.Status} without a text");
        var (kind, hint) = reply.Status switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => (
                FaultKind.BadGateway,
                $" (the token in {NomadKeys.Token} or NOMAD_TOKEN needs list-jobs, read-job and submit-job in the namespace)"),
            _ when reply.MayPass => (FaultKind.Unavailable, " (try again later)"),
            HttpStatusCode.NotFound => (FaultKind.BadGateway, $" (is {Address} the address of a Nomad agent?)"),
            _ => (FaultKind.BadGateway, ""),
        };
        return new NomadException(kind, $"Nomad refused to {action}: {said}{hint}", reply.Status, words);
    }

    private NomadException Unreachable(Exception fault) => new(
        FaultKind.Unavailable,
        IsTlsFault(fault)
            ? $"Nomad at {Address} and this server do not trust each other: {PeerWords.Of(fault)}. Check {NomadKeys.CaCert} (NOMAD_CACERT),"
                + $" {NomadKeys.TlsServerName} (NOMAD_TLS_SERVER_NAME, such as server.global.nomad) and {NomadKeys.ClientCert} (NOMAD_CLIENT_CERT)"
            : $"Nomad at {Address} cannot be reached: {PeerWords.Of(fault)}. Check {NomadKeys.SchedulerUri} and that the agent runs{PortHint}{ClientCertificateHint(fault)}",
        null,
        "",
        fault);

    // An agent that misses a client certificate says so only after the handshake, and what arrives is a broken connection.
    private string ClientCertificateHint(Exception fault) =>
        _settings is { ClientCert: null, Address.Scheme: "https" } && fault is HttpRequestException { InnerException: IOException }
            ? $". If it asks for client certificates (verify_https_client), set {NomadKeys.ClientCert} (NOMAD_CLIENT_CERT)"
            : "";

    private string PortHint => NomadAddress.PortWarning(_settings.Address) is { } warning ? $"; {warning}" : "";

    private static bool IsTlsFault(Exception fault) =>
        fault.InnerException is AuthenticationException or IOException { InnerException: AuthenticationException };

    private static partial class Log
    {
        [LoggerMessage(Message = "Nomad answered {Method} {Path} with {Status}: {Words}; it is asked again")]
        public static partial void PassingFault(ILogger logger, LogLevel level, string method, string path, int status, string words);

        [LoggerMessage(Message = "no connection to Nomad at {Address} for {Method} {Path}: {Reason}")]
        public static partial void BrokenConnection(ILogger logger, LogLevel level, string address, string method, string path, string reason);
    }
}
