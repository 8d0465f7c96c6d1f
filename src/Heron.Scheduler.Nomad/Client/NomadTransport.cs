// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
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
    /// <summary>What a token needs for everything but what containers have written.</summary>
    public const string JobRights = "list-jobs, read-job and submit-job";

    /// <summary>A list of a hundred thousand jobs is half of this.</summary>
    private const int MostAnswerBytes = 128 * 1024 * 1024;

    /// <summary>Nomad closes what goes above 100 connections of one address; the requests have up to 64.</summary>
    private const int MostStreams = 32;

    private readonly NomadConnectionSettings _settings;
    private readonly HttpClient _http;
    private readonly HttpClient _streams;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<NomadReply> _retries;
    private readonly string _base;

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
    public async Task<HttpResponseMessage> OpenAsync(
        string path, string query, string action, string rights, CancellationToken cancellationToken)
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
                throw Refused(reply, action, rights);
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

    /// <summary>A piece of an answer that was opened.</summary>
    public async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await SilenceLimited.ReadAsync(stream, buffer, _settings.Silence, _time, cancellationToken);
        }
        catch (Exception broken) when (broken is TimeoutException or HttpRequestException or IOException)
        {
            throw Unreachable(broken);
        }
    }

    /// <summary>The answer, if it is one.</summary>
    /// <param name="reply">What came.</param>
    /// <param name="action">What was asked for.</param>
    /// <param name="rights">What a token needs for it.</param>
    /// <exception cref="NomadException">Nomad refused.</exception>
    public NomadReply Accepted(NomadReply reply, string action, string rights = JobRights) =>
        reply.IsSuccess ? reply : throw Refused(reply, action, rights);

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _streams.Dispose();
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
            throw NomadException.NotUnderstood($"it cannot be unpacked: {damaged.Message}", damaged);
        }

        return memory.ToArray();
    }

    private static NomadException TooLarge(string path) =>
        NomadException.NotUnderstood($"to {path} it sends more than {MostAnswerBytes / 1024 / 1024} MB", null);

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
}
