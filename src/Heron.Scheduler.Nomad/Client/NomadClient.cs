// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>Nomad's HTTP API, as far as it is needed.</summary>
internal sealed class NomadClient(NomadTransport http, int parallelism) : IDisposable
{
    private const string FilesRight = "read-fs";
    private const string LogsRight = "read-logs";

    /// <summary>The address without a slash at the end.</summary>
    public string Address => http.Address;

    /// <summary>Whether Nomad is reached through a socket of this machine, so that its address says nothing to anybody else.</summary>
    public bool HasSocket => http.HasSocket;

    /// <summary>Most requests at once.</summary>
    public int Parallelism => parallelism;

    /// <summary>Options for so many requests at once.</summary>
    public ParallelOptions AtOnce(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };

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
        var reply = await http.SendAsync(HttpMethod.Put, "/v1/jobs", "", body, cancellationToken);
        return http.Accepted(reply, $"register job {id}").Read(NomadJson.Default.NomadRegistration);
    }

    /// <summary>Removes a job with all its traces, so that its id is free at once; one that is not there is fine.</summary>
    public async Task PurgeAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Delete, JobPath(id), "purge=true", null, cancellationToken);
        if (reply.Status != HttpStatusCode.NotFound)
        {
            http.Accepted(reply, $"deregister job {id}");
        }
    }

    /// <summary>
    /// The jobs whose ids begin with the prefix, or all of the namespace, with their meta data where Nomad is new enough to list it.
    /// </summary>
    public async Task<IReadOnlyList<NomadJobStub>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var query = $"prefix={Uri.EscapeDataString(prefix)}&meta=true";
        var reply = await http.SendAsync(HttpMethod.Get, "/v1/jobs", query, null, cancellationToken);
        var stubs = http.Accepted(reply, $"list jobs {prefix}*").ReadList(NomadJson.Default.ListNomadJobStub!);

        // Old servers ignore parameters that they do not know.
        return [.. stubs.Where(s => s.ID.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>A job as Nomad has it, defaults filled in; null when there is none.</summary>
    public async Task<JsonObject?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, JobPath(id), "", null, cancellationToken);
        if (reply.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        var job = http.Accepted(reply, $"read job {id}").Read(NomadJson.Default.JsonObject);
        return JobShape.FaultIn(job) is { } fault ? throw NomadException.NotUnderstood($"job {id}: {fault}", null) : job;
    }

    /// <summary>Whose a job is; null when there is none.</summary>
    public async Task<NomadJobOwner?> OwnerAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, JobPath(id), "", null, cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? null
            : http.Accepted(reply, $"read job {id}").Read(NomadJson.Default.NomadJobOwner);
    }

    /// <summary>An evaluation; null when it is gone or not there yet.</summary>
    public async Task<NomadEvaluation?> EvaluationAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(
            HttpMethod.Get, "/v1/evaluation/" + Uri.EscapeDataString(id), "", null, cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? null
            : http.Accepted(reply, $"read evaluation {id}").Read(NomadJson.Default.NomadEvaluation);
    }

    /// <summary>The evaluations of a job, in any order.</summary>
    public async Task<IReadOnlyList<NomadEvaluation>> EvaluationsAsync(string jobId, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, JobPath(jobId) + "/evaluations", "", null, cancellationToken);
        return http.Accepted(reply, $"read the evaluations of job {jobId}").ReadList(NomadJson.Default.ListNomadEvaluation!);
    }

    /// <summary>The allocations of a job, in any order; those of an earlier job of the same id too, until Nomad collects them.</summary>
    public async Task<IReadOnlyList<NomadAllocation>> AllocationsAsync(string jobId, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, JobPath(jobId) + "/allocations", "", null, cancellationToken);
        return http.Accepted(reply, $"read the allocations of job {jobId}").ReadList(NomadJson.Default.ListNomadAllocation!);
    }

    /// <summary>One allocation with what it was given; null when there is none.</summary>
    public async Task<NomadAllocation?> AllocationAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(
            HttpMethod.Get, "/v1/allocation/" + Uri.EscapeDataString(id), "", null, cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? null
            : http.Accepted(reply, $"read allocation {id}").Read(NomadJson.Default.NomadAllocation);
    }

    /// <summary>A machine; null when there is none, or the token may not read it.</summary>
    public async Task<NomadNode?> NodeAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, "/v1/node/" + Uri.EscapeDataString(id), "", null, cancellationToken);
        return reply.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden
            ? null
            : http.Accepted(reply, $"read node {id}").Read(NomadJson.Default.NomadNode);
    }

    /// <summary>The entries of a folder of an allocation; null when it has no such folder, or nobody has it any more.</summary>
    public async Task<IReadOnlyList<NomadFile>?> FilesAsync(string allocation, string path, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(HttpMethod.Get, FilePath("ls", allocation), PathQuery(path), null, cancellationToken);
        return IsGone(reply) ? null : http.Accepted(reply, $"list the folder {path}", FilesRight).ReadList(NomadJson.Default.ListNomadFile!);
    }

    /// <summary>Part of a file of an allocation.</summary>
    public Task<HttpResponseMessage> ReadFileAsync(
        string allocation, string path, long offset, long length, CancellationToken cancellationToken) => http.OpenAsync(
            FilePath("readat", allocation),
            string.Create(CultureInfo.InvariantCulture, $"{PathQuery(path)}&offset={offset}&limit={length}"),
            $"read the file {path}",
            FilesRight,
            cancellationToken);

    /// <summary>What a task has written, as plain text.</summary>
    /// <param name="allocation">Which allocation.</param>
    /// <param name="task">Which task.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="tail">How many of the last bytes; null for all.</param>
    /// <param name="follow">Whether it goes on with what is written later, until the task ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<HttpResponseMessage> OutputAsync(
        string allocation, string task, string stream, long? tail, bool follow, CancellationToken cancellationToken) => http.OpenAsync(
            FilePath("logs", allocation),
            $"task={Uri.EscapeDataString(task)}&type={stream}&plain=true"
                + (tail is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"&origin=end&offset={bytes}") : "")
                + (follow ? "&follow=true" : ""),
            $"read the {stream} of task {task}",
            LogsRight,
            cancellationToken);

    /// <summary>A piece of an answer that is read piece by piece; a Nomad that stops in the middle of it is away.</summary>
    public ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken) =>
        http.ReadAsync(stream, buffer, cancellationToken);

    /// <summary>
    /// What Nomad writes down from now on about jobs and allocations. Ends when the connection does; a heartbeat of every ten
    /// seconds tells a quiet Nomad from one that is gone.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<NomadEvent>> EventsAsync(
        TimeSpan silence, TimeProvider time, Action begun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.OpenAsync(
            "/v1/event/stream", "topic=Job&topic=Allocation&topic=Evaluation", "tell what happens", NomadTransport.JobRights, cancellationToken);
        begun();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var line in LineReader.ReadAsync(stream, silence, time, cancellationToken))
        {
            var batch = Parse(line);
            if (batch.Events?.OfType<NomadEvent>().ToList() is { Count: > 0 } events)
            {
                yield return events;
            }
        }
    }

    /// <summary>The leader's address, empty when there is none; asked once, without repetition.</summary>
    public async Task<string> LeaderAsync(CancellationToken cancellationToken)
    {
        var reply = await http.SendOnceAsync(HttpMethod.Get, "/v1/status/leader", "", null, cancellationToken);
        return http.Accepted(reply, "tell its leader").Read(NomadJson.Default.String);
    }

    /// <summary>Whether jobs may be listed: anybody is told the leader, also without a token. Asked once, without repetition.</summary>
    /// <exception cref="NomadException">Nomad refused.</exception>
    public async Task CheckRightsAsync(CancellationToken cancellationToken)
    {
        // No job's id begins so, and the answer is short.
        var reply = await http.SendOnceAsync(HttpMethod.Get, "/v1/jobs", "prefix=-", null, cancellationToken);
        http.Accepted(reply, "list jobs");
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string JobPath(string id) => "/v1/job/" + Uri.EscapeDataString(id);

    private static string FilePath(string verb, string allocation) => $"/v1/client/fs/{verb}/{Uri.EscapeDataString(allocation)}";

    private static string PathQuery(string path) => "path=" + Uri.EscapeDataString(path);

    /// <summary>Nomad says 500 or 404 for a file that is not there, and 404 for an allocation that its machine has no more.</summary>
    private static bool IsGone(NomadReply reply) => reply.Status == HttpStatusCode.NotFound
        || (!reply.IsSuccess && (reply.Text.Contains("no such file or directory", StringComparison.OrdinalIgnoreCase)
            || reply.Text.Contains("not a directory", StringComparison.OrdinalIgnoreCase)
            || reply.Text.Contains("nknown allocation", StringComparison.Ordinal)));

    private static NomadEventBatch Parse(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, NomadJson.Default.NomadEventBatch) ?? new NomadEventBatch(null);
        }
        catch (JsonException notJson)
        {
            throw NomadException.NotUnderstood(notJson);
        }
    }
}
