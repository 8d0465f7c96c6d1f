// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Scheduler.Nomad.Model;
using Heron.Testing;
using Heron.Testing.Nomad;
using NomadAllocation = Heron.Scheduler.Nomad.Model.NomadAllocation;

namespace Heron.Scheduler.Nomad.Tests.Scripted;

/// <summary>
/// The scripted Nomad answers as the recorded one did (tests/fixtures/nomad): the same status, the same kind of body, the same
/// words of an error, no field that the real one does not have, and every field that the program reads.
/// </summary>
public sealed class RecordedAnswersTests : IAsyncLifetime
{
    private const string RecordedAllocation = "c751494e-298e-3403-e4af-f20179714114";
    private const string RecordedEvaluation = "75ec35a6-1b14-34b7-59ac-ded2e40c1996";
    private const string Job = "T1-abc-0";

    /// <summary>What the recorded answer cannot tell, because it was shortened or replaced by a word while recording.</summary>
    private static readonly HashSet<string> NotRecorded = ["$.HTTPAddr", "$.Events[].Payload"];

    private readonly HttpClient _http = new();
    private ScriptedNomad _nomad = null!;
    private string _allocation = null!;
    private string _evaluation = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { RunsTasks = true });
        _http.BaseAddress = new Uri(_nomad.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _nomad.DisposeAsync();
    }

    [Theory]
    [InlineData("register-and-read.json", "evaluation", typeof(NomadEvaluation))]
    [InlineData("register-and-read.json", "evaluations of job", typeof(List<NomadEvaluation>))]
    [InlineData("register-and-read.json", "read job", typeof(NomadJobOwner))]
    [InlineData("register-and-read.json", "list all", typeof(List<NomadJobStub>))]
    [InlineData("register-and-read.json", "allocations of job", typeof(List<NomadAllocation>))]
    [InlineData("register-and-read.json", "allocation", typeof(NomadAllocation))]
    [InlineData("allocation-logs-restart.json", "ls /", typeof(List<NomadFile>))]
    [InlineData("allocation-logs-restart.json", "ls task dir", typeof(List<NomadFile>))]
    [InlineData("allocation-logs-restart.json", "stdout, plain", null)]
    [InlineData("allocation-logs-restart.json", "stderr plain origin=end offset", null)]
    [InlineData("allocation-logs-restart.json", "logs without task", null)]
    [InlineData("allocation-logs-restart.json", "logs unknown task", null)]
    [InlineData("allocation-logs-restart.json", "logs without type", null)]
    [InlineData("allocation-logs-restart.json", "logs unknown alloc", null)]
    [InlineData("allocation-logs-restart.json", "logs malformed alloc", null)]
    [InlineData("deregister-plan-misc.json", "node", typeof(NomadNode))]
    [InlineData("deregister-plan-misc.json", "agent health", null)]
    [InlineData("deregister-plan-misc.json", "status leader", null)]
    [InlineData("deregister-plan-misc.json", "deregister unknown job purge", null)]
    [InlineData("deregister-plan-misc.json", "deregister purge", null)]
    public async Task An_answer_is_like_the_recorded_one(string file, string title, Type? read)
    {
        await RunRecordedJobAsync();
        var exchange = Recorded(file, title);
        var request = exchange["request"]!;
        var path = request["path"]!.GetValue<string>()
            .Replace(RecordedAllocation, _allocation, StringComparison.Ordinal)
            .Replace(RecordedEvaluation, _evaluation, StringComparison.Ordinal);

        using var answer = await _http.SendAsync(new HttpRequestMessage(new HttpMethod(request["method"]!.GetValue<string>()), path), Token);
        var body = await answer.Content.ReadAsStringAsync(Token);

        var response = exchange["response"]!;
        Assert.Equal(response["status"]!.GetValue<int>(), (int)answer.StatusCode);
        Assert.Equal(
            response["headers"]!["Content-Type"]!.GetValue<string>().Split(';')[0], answer.Content.Headers.ContentType?.MediaType);
        if (answer.Content.Headers.ContentType?.MediaType != "application/json")
        {
            // The words of a task are its own; those of Nomad are the same, but for the numbers of things.
            Assert.True(answer.IsSuccessStatusCode || body == response["body"]!.GetValue<string>(), body);
            return;
        }

        AssertLike(response["body"], JsonNode.Parse(body), read);
    }

    [Fact]
    public async Task A_registration_is_answered_like_the_recorded_one()
    {
        var exchange = Recorded("register-and-read.json", "register with PUT /v1/jobs");

        using var answer = await _http.PutAsJsonAsync("/v1/jobs", exchange["request"]!["body"], Token);

        AssertLike(
            exchange["response"]!["body"],
            JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token)),
            typeof(NomadRegistration));
    }

    [Fact]
    public async Task Events_come_as_the_recorded_ones_do()
    {
        var exchange = (JsonNode)Recorded(
            "check-and-set-events-artifact.json", "event stream, newline-delimited JSON in a chunked answer; {} as heartbeat");
        using var answer = await _http.GetAsync(
            new Uri("/v1/event/stream?topic=Job&topic=Allocation", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Equal("{}", await lines.ReadLineAsync(Token));

        await RunRecordedJobAsync();
        var batch = JsonNode.Parse((await lines.ReadLineAsync(Token))!);
        while (batch!["Events"]![0]!["Topic"]!.GetValue<string>() != "Allocation")
        {
            batch = JsonNode.Parse((await lines.ReadLineAsync(Token))!);
        }

        Assert.Contains("application/json", exchange["response"]!["head"]!.GetValue<string>(), StringComparison.Ordinal);
        AssertLike(exchange["response"]!["body"]![0], batch, typeof(NomadEventBatch));
    }

    private static JsonObject Recorded(string file, string title) => JsonNode.Parse(
            File.ReadAllText(Fixtures.File("nomad", "recorded", file)))!["exchanges"]!.AsArray()
        .Single(exchange => exchange!["title"]!.GetValue<string>() == title)!.AsObject();

    private static void AssertLike(JsonNode? recorded, JsonNode? scripted, Type? read)
    {
        var faults = new List<string>();
        Compare("$", recorded, scripted, faults);
        if (read is not null)
        {
            Require("$", recorded, scripted, read, faults);
        }

        Assert.Empty(faults);
    }

    /// <summary>No field that the real one does not have, and none of another type.</summary>
    private static void Compare(string at, JsonNode? recorded, JsonNode? scripted, List<string> faults)
    {
        if (recorded is null || scripted is null || NotRecorded.Contains(at))
        {
            return;
        }

        if (Kind(recorded) != Kind(scripted))
        {
            faults.Add($"{at} is {Kind(scripted)}, recorded is {Kind(recorded)}");
            return;
        }

        switch (scripted)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    Compare(at + "[]", OneOfAll(recorded.AsArray()), item, faults);
                }

                break;
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    var path = $"{at}.{name}";
                    if (!recorded.AsObject().ContainsKey(name) && value is not null && !IsNamedByUsers(at) && !NotRecorded.Contains(path))
                    {
                        faults.Add($"{path} is not there in the recorded answer");
                    }

                    Compare(path, recorded[name], value, faults);
                }

                break;
        }
    }

    /// <summary>Every field that the program reads, wherever the real one gives it.</summary>
    private static void Require(string at, JsonNode? recorded, JsonNode? scripted, Type read, List<string> faults)
    {
        if (recorded is null || (recorded is JsonArray { Count: 0 }))
        {
            return;
        }

        if (scripted is null || scripted is JsonArray { Count: 0 })
        {
            faults.Add($"{at} is missing, and the program reads it");
            return;
        }

        if (ItemOf(read) is { } item)
        {
            if (recorded is JsonArray array)
            {
                Require(at + "[]", OneOfAll(array), OneOfAll(scripted.AsArray()), item, faults);
            }
            else
            {
                foreach (var (name, value) in recorded.AsObject())
                {
                    // What is a number or a text in a map is data; what has fields of its own must have them here, too.
                    if (value is JsonObject)
                    {
                        Require($"{at}.{name}", value, scripted[name], item, faults);
                    }
                }
            }

            return;
        }

        if (read.Namespace == typeof(NomadAllocation).Namespace)
        {
            foreach (var property in read.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            {
                Require($"{at}.{property.Name}", recorded[property.Name], scripted[property.Name], property.PropertyType, faults);
            }
        }
    }

    private static Type? ItemOf(Type type) => !type.IsGenericType ? null
        : type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1]
        : type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) || type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0]
        : null;

    /// <summary>An item with the fields of all items, since not each event has all of them.</summary>
    private static JsonNode? OneOfAll(JsonArray items)
    {
        if (items.Count == 0 || items[0] is not JsonObject)
        {
            return items.FirstOrDefault();
        }

        var all = new JsonObject();
        foreach (var (name, value) in items.SelectMany(item => item!.AsObject()))
        {
            if (value is not null || !all.ContainsKey(name))
            {
                all[name] = value?.DeepClone();
            }
        }

        return all;
    }

    /// <summary>Maps whose names are those of jobs, tasks, datacenters or details.</summary>
    private static bool IsNamedByUsers(string at) =>
        at.EndsWith(".Details", StringComparison.Ordinal) || at.EndsWith(".Meta", StringComparison.Ordinal);

    private static string Kind(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "true or false",
        var kind => kind.ToString(),
    };

    private async Task RunRecordedJobAsync()
    {
        var job = Recorded("register-and-read.json", "register with PUT /v1/jobs")["request"]!["body"]!["Job"]!.AsObject();
        // Its shell does not end when it is asked to, and nobody here waits for that.
        job["TaskGroups"]![0]!["Tasks"]![0]!["KillTimeout"] = 50_000_000;
        _nomad.Register(job);
        var allocation = _nomad.Allocations(Job).Single();
        await Poll.UntilAsync(() => allocation.ClientStatus == "running" && allocation.Logs.Contains('\n'), "the task runs");
        _allocation = allocation.Id;
        var evaluations = await _http.GetFromJsonAsync<JsonArray>(new Uri($"/v1/job/{Job}/evaluations", UriKind.Relative), Token);
        _evaluation = evaluations![0]!["ID"]!.GetValue<string>();
    }
}
