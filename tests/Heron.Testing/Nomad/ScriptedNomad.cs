// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Heron.Testing.Nomad;

/// <summary>
/// An HTTP server on a free loopback port that answers as Nomad 1.0 does (tests/fixtures/nomad): it keeps jobs, places
/// them, tells evaluations and allocations, records every request, and fails where a test says so. With
/// <see cref="ScriptedNomadOptions.RunsTasks"/> it also runs raw_exec tasks.
/// </summary>
public sealed class ScriptedNomad : IAsyncDisposable
{
    /// <summary>How often Nomad says {} to those who listen while nothing happens.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly WebApplication _application;
    private readonly NomadStore _store;
    private readonly NomadFileSystem _files;
    private readonly ScriptedNomadOptions _options;
    private readonly string _dataFolder;
    private readonly RequestDelay? _delay;
    private readonly Lock _lock = new();
    private readonly List<RecordedNomadRequest> _requests = [];
    private readonly List<NomadFault> _faults = [];
    private readonly HashSet<string> _connections = [];
    private readonly CancellationTokenSource _ending = new();
    private int _inFlight;
    private int _listeners;

    private ScriptedNomad(WebApplication application, ScriptedNomadOptions options, string dataFolder)
    {
        _application = application;
        _options = options;
        _dataFolder = dataFolder;
        _store = new NomadStore(options, dataFolder);
        _files = new NomadFileSystem(_store, dataFolder);
        _delay = options.Delay > TimeSpan.Zero ? new RequestDelay(options.Delay) : null;
    }

    /// <summary>The address, as <c>heron.nomad.scheduler.uri</c> has it.</summary>
    public string Uri { get; private set; } = "";

    /// <summary>Every request so far, in the order of arrival.</summary>
    public IReadOnlyList<RecordedNomadRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many requests came, also where they are not recorded.</summary>
    public int RequestCount { get; private set; }

    /// <summary>The most requests that were in work at once.</summary>
    public int PeakParallel { get; private set; }

    /// <summary>How many different connections requests came on.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>How many have begun to listen to events so far.</summary>
    public int Listeners => Volatile.Read(ref _listeners);

    /// <summary>Ids of all jobs, sorted.</summary>
    public IReadOnlyList<string> JobIds => _store.JobIds;

    /// <summary>Whether the server knows a leader; without one, most requests fail.</summary>
    public bool HasLeader { get; set; } = true;

    /// <summary>Starts a server.</summary>
    public static async Task<ScriptedNomad> StartAsync(ScriptedNomadOptions? options = null)
    {
        options ??= new ScriptedNomadOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            if (options.SocketPath is { } path)
            {
                kestrel.ListenUnixSocket(path);
                return;
            }

            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (options.Certificate is { } certificate)
                {
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificate = certificate;
                        https.ServerCertificateChain = options.CertificateChain;
                        https.ClientCertificateMode = options.ClientThumbprint is null
                            ? ClientCertificateMode.NoCertificate
                            : ClientCertificateMode.RequireCertificate;
                        https.ClientCertificateValidation = (client, sent, _) =>
                            client.Thumbprint == options.ClientThumbprint && ReachesAuthority(client, sent, options.ClientAuthority);
                    });
                }
            });
        });
        var folder = options.DataFolder ?? Directory.CreateTempSubdirectory("scripted-nomad-").FullName;
        var nomad = new ScriptedNomad(builder.Build(), options, folder);
        nomad._application.Run(nomad.HandleAsync);
        await nomad._application.StartAsync();
        nomad.Uri = options.SocketPath is { } socket ? "unix://" + socket : nomad._application.Urls.Single();
        return nomad;
    }

    private static bool ReachesAuthority(X509Certificate2 client, X509Chain? sent, X509Certificate2? authority)
    {
        if (authority is null)
        {
            return true;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(client);
    }

    /// <summary>Adds a fault; the first that takes a request decides.</summary>
    public NomadFault Fault(NomadFault fault)
    {
        lock (_lock)
        {
            _faults.Add(fault);
        }

        return fault;
    }

    /// <summary>Ends all faults.</summary>
    public void ClearFaults()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    /// <summary>Forgets the requests recorded so far.</summary>
    public void ClearRequests()
    {
        lock (_lock)
        {
            _requests.Clear();
            RequestCount = 0;
            PeakParallel = 0;
        }
    }

    /// <summary>A job as Nomad has it, defaults filled in; null when there is none.</summary>
    public JsonObject? Job(string id) => _store.Job(id);

    /// <summary>The allocations of a job, or all, oldest first.</summary>
    public IReadOnlyList<NomadAllocation> Allocations(string? jobId = null) => _store.Allocations(jobId);

    /// <summary>The most copies of a job's task that ran at the same time.</summary>
    public int PeakCopies(string jobId) => _store.PeakCopies(jobId);

    /// <summary>Registers a job as somebody else would, without a recorded request.</summary>
    public void Register(JsonObject job)
    {
        // Written and read again, as over HTTP.
        var answer = _store.Register(JsonNode.Parse(new JsonObject { ["Job"] = job.DeepClone() }.ToJsonString())!.AsObject(), null);
        if (answer.Status != 200)
        {
            throw new InvalidOperationException(answer.Body);
        }
    }

    /// <summary>Deregisters a job as somebody else would, without a recorded request.</summary>
    public void Deregister(string id, bool purge = true) => _store.Deregister(id, purge);

    /// <summary>A small job that is none of Heron's.</summary>
    public static JsonObject ForeignJob(string id, params (string Key, string Value)[] meta) => new()
    {
        ["ID"] = id,
        ["Name"] = id,
        ["Datacenters"] = new JsonArray("dc1"),
        ["Meta"] = new JsonObject(meta.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
        ["TaskGroups"] = new JsonArray(new JsonObject
        {
            ["Name"] = "web",
            ["Count"] = 1,
            ["Tasks"] = new JsonArray(new JsonObject
            {
                ["Name"] = "web",
                ["Driver"] = "raw_exec",
                ["Config"] = new JsonObject { ["command"] = "/bin/sleep", ["args"] = new JsonArray("600") },
            }),
        }),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var fault in _faults)
            {
                fault.Gate.TrySetResult();
            }
        }

        await _ending.CancelAsync();
        using var atOnce = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
        await _store.StopAllAsync();
        _delay?.Dispose();
        if (_options.DataFolder is null)
        {
            Scratch.Delete(_dataFolder);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = await RecordAsync(context);
        try
        {
            if (_delay is not null)
            {
                await _delay.WaitAsync();
                context.RequestAborted.ThrowIfCancellationRequested();
            }

            NomadFault? fault;
            lock (_lock)
            {
                fault = _faults.FirstOrDefault(f => f.Takes(request));
            }

            await AnswerAsync(context, request, fault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away, as it may.
            context.Abort();
        }
        finally
        {
            lock (_lock)
            {
                _inFlight--;
            }
        }
    }

    private async Task<RecordedNomadRequest> RecordAsync(HttpContext context)
    {
        lock (_lock)
        {
            _inFlight++;
            RequestCount++;
            PeakParallel = Math.Max(PeakParallel, _inFlight);
            _connections.Add(context.Connection.Id);
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var request = new RecordedNomadRequest(
            context.Request.Method,
            target[0],
            target.Length > 1 ? target[1] : "",
            body,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        if (_options.RecordsRequests)
        {
            lock (_lock)
            {
                _requests.Add(request);
            }
        }

        return request;
    }

    private async Task AnswerAsync(HttpContext context, RecordedNomadRequest request, NomadFault? fault)
    {
        NomadAnswer answer;
        switch (fault?.Kind)
        {
            case NomadFaultKind.Answer:
                answer = NomadAnswer.Text(fault.Status, fault.Text);
                if (fault.RetryAfter is { } seconds)
                {
                    context.Response.Headers.RetryAfter = fault.RetryAfterIsDate
                        ? DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("R")
                        : seconds.ToString();
                }

                break;
            case NomadFaultKind.CutBefore:
                context.Abort();
                return;
            case NomadFaultKind.CutAfter:
                _ = Route(context, request);
                context.Abort();
                return;
            case NomadFaultKind.Hang:
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return;
            case NomadFaultKind.HangAfter:
                _ = Route(context, request);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return;
            case NomadFaultKind.Hold:
                await fault.Gate.Task;
                answer = Route(context, request);
                break;
            case NomadFaultKind.Late:
                await fault.Gate.Task;
                answer = Route(context, request);
                fault.NoteApplied();
                break;
            case NomadFaultKind.Bytes:
                context.Response.ContentType = "application/json";
                foreach (var (name, value) in fault.Headers)
                {
                    context.Response.Headers[name] = value;
                }

                await fault.Write!(context.Response.Body, context.RequestAborted);
                return;
            default:
                if (await StreamAsync(context, request))
                {
                    return;
                }

                answer = Route(context, request);
                break;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        await context.Response.WriteAsync(answer.Body);
    }

    /// <summary>Answers that go on: events, and outputs that are followed.</summary>
    private async Task<bool> StreamAsync(HttpContext context, RecordedNomadRequest request)
    {
        var parts = request.Path.Split('/').Skip(1).Select(System.Uri.UnescapeDataString).ToArray();
        if (parts is ["v1", "client", "fs", "logs", var id] && context.Request.Query["follow"] == "true"
            && _files.Answer("logs", id, context.Request.Query) is null)
        {
            await _files.FollowAsync(context, id, context.Request.Query);
            return true;
        }

        if (parts is not ["v1", "event", "stream"] || !HasLeader)
        {
            return false;
        }

        var happened = System.Threading.Channels.Channel.CreateUnbounded<string>();
        void Note(string topic, string key, string job) => happened.Writer.TryWrite(new JsonObject
        {
            ["Index"] = 1,
            ["Events"] = new JsonArray(new JsonObject
            {
                ["Topic"] = topic,
                ["Key"] = key,
                ["Namespace"] = "default",
                ["FilterKeys"] = new JsonArray(job),
                ["Payload"] = new JsonObject(),
            }),
        }.ToJsonString() + "\n");
        _store.Happened += Note;
        try
        {
            await context.Response.WriteAsync("{}\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            Interlocked.Increment(ref _listeners);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ending.Token);
            var next = happened.Reader.ReadAsync(ending.Token).AsTask();
            while (true)
            {
                await Task.WhenAny(next, Task.Delay(Heartbeat, ending.Token));
                var line = "{}\n";
                if (next.IsCompleted)
                {
                    line = await next;
                    next = happened.Reader.ReadAsync(ending.Token).AsTask();
                }

                await context.Response.WriteAsync(line, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client or the server went away.
        }
        finally
        {
            _store.Happened -= Note;
        }

        return true;
    }

    private NomadAnswer Route(HttpContext context, RecordedNomadRequest request)
    {
        var query = context.Request.Query;
        if (request.Path == "/v1/status/leader")
        {
            return HasLeader ? NomadAnswer.Json("127.0.0.1:4647") : NomadAnswer.Text(500, "No cluster leader");
        }

        if (request.Path == "/v1/agent/health")
        {
            return HasLeader
                ? NomadAnswer.Json(JsonNode.Parse("""{"client":{"message":"ok","ok":true},"server":{"message":"ok","ok":true}}"""))
                : new NomadAnswer(500, "application/json", """{"server":{"ok":false,"message":"No cluster leader"}}""");
        }

        if (_options.Token is { } token)
        {
            var given = request.Headers.GetValueOrDefault("X-Nomad-Token");
            if (given != token)
            {
                return NomadAnswer.Text(403, given is null ? "Permission denied" : "ACL token not found");
            }
        }

        if (query["region"].ToString() is { Length: > 0 } region && region != _options.Region)
        {
            return NomadAnswer.Text(500, "No path to region");
        }

        if (!HasLeader)
        {
            return NomadAnswer.Text(500, "No cluster leader");
        }

        var space = query["namespace"].ToString() is { Length: > 0 } given2 ? given2 : null;
        var parts = request.Path.Split('/').Skip(1).Select(System.Uri.UnescapeDataString).ToArray();
        return (request.Method, parts) switch
        {
            ("PUT" or "POST", ["v1", "jobs"]) => Register(request, space),
            ("GET", ["v1", "jobs"]) => _store.List(
                query["prefix"].ToString(), space ?? "default", _options.ListsMeta && query["meta"] == "true"),
            ("GET", ["v1", "job", var id]) => _store.Read(id, space ?? "default"),
            ("DELETE", ["v1", "job", var id]) => _store.Deregister(id, query["purge"] == "true"),
            ("GET", ["v1", "job", var id, "allocations"]) => _store.ReadAllocations(id),
            ("GET", ["v1", "job", var id, "evaluations"]) => _store.ReadEvaluations(id),
            ("GET", ["v1", "node", NomadStore.NodeId]) => NomadStore.ReadNode(),
            ("GET", ["v1", "allocation", var id]) => _store.ReadAllocation(id),
            ("GET", ["v1", "client", "fs", var verb, var id]) => _files.Answer(verb, id, query) ?? NomadAnswer.Text(500, "not here"),
            ("GET", ["v1", "evaluation", var id]) => _store.ReadEvaluation(id),
            (_, ["v1", "jobs"] or ["v1", "job", _]) => NomadAnswer.Text(405, "Invalid method"),
            _ => NomadAnswer.Text(404, ""),
        };
    }

    private NomadAnswer Register(RecordedNomadRequest request, string? space)
    {
        try
        {
            return request.Body.Length == 0
                ? NomadAnswer.Text(400, "Request body is empty")
                : _store.Register(request.Json, space);
        }
        catch (JsonException)
        {
            return NomadAnswer.Text(400, "unexpected EOF");
        }
    }
}
