using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Heron.Core;
using Heron.Scheduler.Nomad.Model;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>
/// Nomad's HTTP API, as far as it is needed, over one connection pool. Requests that meet a passing fault (429, 5xx that
/// refuse nothing, a broken connection) are repeated with growing, jittered pauses; all requests here may be repeated,
/// since a job is registered and removed by its id.
/// </summary>
internal sealed partial class NomadClient : IDisposable
{
    private readonly NomadConnectionSettings _settings;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<NomadReply> _retries;
    private readonly string _base;

    public NomadClient(NomadConnectionSettings settings, SslClientAuthenticationOptions? tls, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _logger = logger;
        _time = time;
        Address = settings.Address.ToString().TrimEnd('/');
        _base = HasSocket ? "http://localhost" : Address;
#pragma warning disable CA2000 // The client disposes of its handler.
        _http = new HttpClient(NomadHandlerFactory.Create(settings, tls), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA2000
        if (settings.Token is { } token)
        {
            _http.DefaultRequestHeaders.Add("X-Nomad-Token", token);
        }

        if (settings.HttpAuth is { } auth)
        {
            _http.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(auth)));
        }

        _retries = Retries(settings, time);
    }

    /// <summary>The address without a slash at the end.</summary>
    public string Address { get; }

    /// <summary>Whether Nomad is reached through a socket of this machine, so that its address says nothing to anybody else.</summary>
    public bool HasSocket => _settings.Address.Scheme == NomadAddress.SocketScheme;

    /// <summary>Most requests at once.</summary>
    public int Parallelism => _settings.Parallelism;

    /// <summary>Registers a job under its id.</summary>
    /// <param name="job">The job; Nomad replaces a running one of the same id when it differs.</param>
    /// <param name="expectedIndex">The <c>JobModifyIndex</c> that the job must have; 0 when it must not exist yet.</param>
    /// <param name="cancellationToken">Ends the wait; the job may be registered all the same.</param>
    public async Task<NomadRegistration> RegisterAsync(
        JsonObject job, long expectedIndex, CancellationToken cancellationToken)
    {
        var id = job["ID"]!.GetValue<string>();
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new NomadRegisterRequest(job, true, expectedIndex), NomadJson.RegisterRequest);
        var reply = await SendAsync(HttpMethod.Put, "/v1/jobs", "", body, cancellationToken);
        return Read(Accepted(reply, $"register job {id}"), NomadJson.Default.NomadRegistration);
    }

    /// <summary>Removes a job with all its traces, so that its id is free at once; one that is not there is fine.</summary>
    public async Task PurgeAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Delete, JobPath(id), "purge=true", null, cancellationToken);
        if (reply.Status != HttpStatusCode.NotFound)
        {
            Accepted(reply, $"deregister job {id}");
        }
    }

    /// <summary>The jobs whose ids begin with the prefix, with their meta data where Nomad is new enough to list it.</summary>
    public async Task<IReadOnlyList<NomadJobStub>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var query = $"prefix={Uri.EscapeDataString(prefix)}&meta=true";
        var reply = await SendAsync(HttpMethod.Get, "/v1/jobs", query, null, cancellationToken);
        var stubs = Read(Accepted(reply, $"list jobs {prefix}*"), NomadJson.Default.ListNomadJobStub);
        // Old servers ignore parameters that they do not know.
        return [.. stubs.Where(s => s.ID.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>A job as Nomad has it, defaults filled in; null when there is none.</summary>
    public async Task<JsonObject?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Get, JobPath(id), "", null, cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? null
            : Read(Accepted(reply, $"read job {id}"), NomadJson.Default.JsonObject);
    }

    /// <summary>Whose a job is; null when there is none.</summary>
    public async Task<NomadJobOwner?> OwnerAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Get, JobPath(id), "", null, cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? null
            : Read(Accepted(reply, $"read job {id}"), NomadJson.Default.NomadJobOwner);
    }

    /// <summary>An evaluation; null when it is gone or not there yet.</summary>
    public async Task<NomadEvaluation?> EvaluationAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(
            HttpMethod.Get, "/v1/evaluation/" + Uri.EscapeDataString(id), "", null, cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? null
            : Read(Accepted(reply, $"read evaluation {id}"), NomadJson.Default.NomadEvaluation);
    }

    /// <summary>The evaluations of a job, in any order.</summary>
    public async Task<IReadOnlyList<NomadEvaluation>> EvaluationsAsync(string jobId, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Get, JobPath(jobId) + "/evaluations", "", null, cancellationToken);
        return Read(Accepted(reply, $"read the evaluations of job {jobId}"), NomadJson.Default.ListNomadEvaluation);
    }

    /// <summary>The allocations of a job, in any order.</summary>
    public async Task<IReadOnlyList<NomadAllocationState>> AllocationsAsync(
        string jobId, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Get, JobPath(jobId) + "/allocations", "", null, cancellationToken);
        return Read(Accepted(reply, $"read the allocations of job {jobId}"), NomadJson.Default.ListNomadAllocationState);
    }

    /// <summary>A machine; null when there is none, or the token may not read it.</summary>
    public async Task<NomadNode?> NodeAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(HttpMethod.Get, "/v1/node/" + Uri.EscapeDataString(id), "", null, cancellationToken);
        return reply.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden
            ? null
            : Read(Accepted(reply, $"read node {id}"), NomadJson.Default.NomadNode);
    }

    /// <summary>The leader's address, empty when there is none; asked once, without repetition.</summary>
    public async Task<string> LeaderAsync(CancellationToken cancellationToken)
    {
        var reply = await TryOnceAsync(HttpMethod.Get, "/v1/status/leader", "", null, cancellationToken);
        return Read(Accepted(reply, "tell its leader"), NomadJson.Default.String);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string JobPath(string id) => "/v1/job/" + Uri.EscapeDataString(id);

    private static T Read<T>(NomadReply reply, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type) ?? throw new JsonException("the answer is null");
        }
        catch (JsonException notJson)
        {
            throw new NomadException(
                FaultKind.BadGateway,
                $"Nomad's answer is not understood ({notJson.Message}); is the address really that of a Nomad agent?",
                reply.Status,
                "",
                notJson);
        }
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

    private async Task<NomadReply> SendAsync(
        HttpMethod method, string path, string query, byte[]? body, CancellationToken cancellationToken)
    {
        try
        {
            return await _retries.ExecuteAsync(
                async token => await TryOnceAsync(method, path, query, body, token), cancellationToken);
        }
        catch (Exception fault) when (fault is HttpRequestException or TimeoutException)
        {
            throw Unreachable(fault);
        }
    }

    private async Task<NomadReply> TryOnceAsync(
        HttpMethod method, string path, string query, byte[]? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_base + path + Query(query)));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        using var deadline = new CancellationTokenSource(_settings.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var content = await response.Content.ReadAsByteArrayAsync(either.Token);
            var reply = new NomadReply(response.StatusCode, content, PauseOf(response));
            if (reply.MayPass)
            {
                Log.PassingFault(_logger, method.Method, path, (int)reply.Status, NomadErrorText.Innermost(reply.Text));
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
        catch (HttpRequestException broken)
        {
            Log.BrokenConnection(_logger, method.Method, path, Reason(broken));
            throw;
        }
    }

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

    private NomadReply Accepted(NomadReply reply, string action)
    {
        if (reply.IsSuccess)
        {
            return reply;
        }

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
        throw new NomadException(kind, $"Nomad refused to {action}: {said}{hint}", reply.Status, words);
    }

    private NomadException Unreachable(Exception fault) => new(
        FaultKind.Unavailable,
        IsTlsFault(fault)
            ? $"Nomad at {Address} and this server do not trust each other: {Reason(fault)}. Check {NomadKeys.CaCert} (NOMAD_CACERT),"
                + $" {NomadKeys.TlsServerName} (NOMAD_TLS_SERVER_NAME, such as server.global.nomad) and {NomadKeys.ClientCert} (NOMAD_CLIENT_CERT)."
            : $"Nomad at {Address} cannot be reached: {Reason(fault)}. Check {NomadKeys.SchedulerUri} and that the agent runs.{ClientCertificateHint(fault)}",
        null,
        "",
        fault);

    // An agent that misses a client certificate says so only after the handshake, and what arrives is a broken connection.
    private string ClientCertificateHint(Exception fault) =>
        _settings is { ClientCert: null, Address.Scheme: "https" } && fault is HttpRequestException { InnerException: IOException }
            ? $" If it asks for client certificates (verify_https_client), set {NomadKeys.ClientCert} (NOMAD_CLIENT_CERT)."
            : "";

    private static bool IsTlsFault(Exception fault) =>
        fault.InnerException is AuthenticationException or IOException { InnerException: AuthenticationException };

    private static string Reason(Exception fault) =>
        (fault.InnerException is { Message.Length: > 0 } inner ? inner.Message : fault.Message).TrimEnd('.');

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Nomad answered {Method} {Path} with {Status}: {Words}")]
        public static partial void PassingFault(ILogger logger, string method, string path, int status, string words);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to Nomad broke at {Method} {Path}: {Reason}")]
        public static partial void BrokenConnection(ILogger logger, string method, string path, string reason);
    }
}
