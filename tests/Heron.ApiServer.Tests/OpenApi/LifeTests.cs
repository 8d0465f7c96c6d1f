// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Heron.ApiServer.Routing;
using Heron.ApiServer.Tests.Observe;
using Heron.ApiServer.Tests.Support;
using Heron.Packages.Store;
using Heron.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>Every operation is called, and answers in status, media type and properties as the document says.</summary>
public sealed class LifeTests
{
    private const string Topologies = "/api/v1/topologies";
    private const string Words = Topologies + "/nomad/ads/devel/exclamation";
    private const string Files = "/api/v1/file";

    /// <summary>What needs a broken disk, peer or container: the test that shows it. Without an id, for every operation.</summary>
    private static readonly (string? Id, int Status, string Test)[] Elsewhere =
    [
        (null, 502, "The_words_of_a_manager_that_refuses_reach_the_user"),
        (null, 503, "Both_away_is_the_managers_fault"),
        (null, 507, "A_full_disk_is_told_as_such"),
        ("uploadFile", 413, "An_upload_larger_than_the_limit_answers_413_closes_and_leaves_nothing"),
        ("submitTopology", 409, "A_submission_with_the_id_of_a_running_topology_is_refused_and_touches_nothing"),
        ("activateTopology", 200, "RuntimeCommandReplayTests"),
        ("deactivateTopology", 200, "RuntimeCommandReplayTests"),
        ("getJmap", 200, "HeronShellClientTests"),
        ("getJmapHead", 200, "HeronShellClientTests"),
    ];

    [Fact]
    public async Task Every_operation_answers_as_the_document_says_and_every_error_that_it_tells_can_be_had()
    {
        var folder = Directory.CreateTempSubdirectory("life-").FullName;
        var cores = Directory.CreateDirectory(Path.Join(folder, "cores")).FullName;
        await File.WriteAllTextAsync(Path.Join(cores, "heron-core-0.20.5.tar.gz"), "a core");
        await using var server = await TestServer.StartAsync(
            folder: folder, corePackage: cores, overrides: new Dictionary<string, string> { ["heron.core.version"] = "0.20.5" });
        var document = await ServedDocument.FetchAsync(server.Client);
        using var answers = new CheckedAnswers(document);
        using var client = answers.Over(server.Client.BaseAddress!);

        await AskForWhatIsNotThereAsync(client, document);
        await AskWithWhatMeansNothingAsync(client, document);
        await SubmitAsync(client);
        await LookAsync(client);
        await ChangeAsync(client);
        await StoreAsync(client, server);
        foreach (var operation in document.Operations.Where(o => o.Method is "GET" or "HEAD" && !o.Path.Contains('{') && !o.Path.StartsWith("/tracker/topologies/", StringComparison.Ordinal)))
        {
            await AskAsync(client, operation.Method, operation.Path, 200);
        }

        await AskAsync(client, "DELETE", Words, 200);
        await LookInsideAsync(answers, document);
        await DownloadSignedAsync(answers);
        var missing = document.Operations.Where(o => o.Group != RouteGroups.Tracker && !answers.HasSeenSuccess(o.Id) && !IsElsewhere(o.Id, 200)).Select(o => $"{o.Id}: no success")
            .Concat(document.Operations.Where(o => o.Method != "HEAD" && o.Group != RouteGroups.Tracker).SelectMany(
                o => o.Errors.Where(status => !answers.HasSeen(o.Id, status) && !IsElsewhere(o.Id, status)).Select(status => $"{o.Id}: no {status}")));
        Assert.Empty(missing);
        Scratch.Delete(folder);
    }

    [Fact]
    public void What_is_shown_elsewhere_is_shown_by_tests_that_there_are()
    {
        var tests = string.Join('\n', Directory
            .EnumerateFiles(Path.Join(Fixtures.RepositoryRoot, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText));

        Assert.All(Elsewhere, shown => Assert.Matches($@"\b(void|Task|class) {Regex.Escape(shown.Test)}\b", tests));
    }

    private static bool IsElsewhere(string id, int status) => Elsewhere.Any(shown => (shown.Id is null || shown.Id == id) && shown.Status == status);

    private static async Task AskForWhatIsNotThereAsync(HttpClient client, ServedDocument document)
    {
        foreach (var operation in document.Operations.Where(o => o.Errors.Contains(404)))
        {
            var query = operation.Path.EndsWith("/metrics", StringComparison.Ordinal) ? "?component=word&metric=x" : "";
            var form = operation.Path.EndsWith("/update", StringComparison.Ordinal) ? Form(("runtime_config", "a:b")) : null;
            var status = await AskAsync(client, operation.Method, operation.Filled(name => name == "container" ? "1" : "never") + query, null, form);
            Assert.True(status == 404, $"{operation}: {status}");
        }
    }

    private static async Task AskWithWhatMeansNothingAsync(HttpClient client, ServedDocument document)
    {
        foreach (var operation in document.Operations.Where(o => o.Errors.Contains(400) && o.Method is "GET" or "HEAD" && o.Group != RouteGroups.Tracker && o.Errors.Contains(400)))
        {
            var status = await AskAsync(client, operation.Method, operation.Filled(name => name == "container" ? "1" : "never") + "?version=nonsense", null);
            Assert.True(status == 400, $"{operation}: {status}");
        }
    }

    private static async Task SubmitAsync(HttpClient client)
    {
        Dictionary<string, string> dry = new(Forms.Fields()) { ["dry_run"] = "true" };
        await AskAsync(client, "POST", Topologies, 200, Forms.Content(Forms.Submission(dry)));
        await AskAsync(client, "POST", Topologies, 201, Forms.Content(Forms.Submission()));
        await AskAsync(client, "POST", Topologies, 422, Forms.Content(Forms.Body([])));
        await AskAsync(client, "POST", Topologies, 413, Forms.Content(Forms.Body([new("name", new string('x', 300_000))])));
        await AskAsync(client, "POST", Topologies, 400, Forms.Content("--nothing"u8.ToArray()));
        await AskAsync(client, "POST", Topologies, 415, new StringContent("{}", Encoding.UTF8, "application/json"));
    }

    private static async Task LookAsync(HttpClient client)
    {
        await UnchangedAsync(client, Topologies + "?state=RUNNING,STARTING&sort=-submitted&limit=10");
        await UnchangedAsync(client, Words);
        await UnchangedAsync(client, Words + "/events?kind=submitted&limit=5&before=9000000000000000");
        await UnchangedAsync(client, "/api/v1/events");
        using var stream = await FollowedStream.OpenAsync(client, Words + "/events?follow", "0");
        Assert.Contains("submitted", (await stream.NextAsync()).Data);
        foreach (var place in new[] { "", "/events", "/config", "/figures", "/exceptions", "/plan/logical", "/plan/packing", "/plan/physical", "/metrics?component=word&metric=x", "/containers/1/logs", "/containers/1/files/", "/instances/container_1_word_1/pid", "/instances/container_1_word_1/jstack", "/instances/container_1_word_1/jmap", "/instances/container_1_word_1/histo" })
        {
            await AskAsync(client, "GET", Words.Replace("devel", "other", StringComparison.Ordinal) + place, 409);
        }
    }

    private static async Task ChangeAsync(HttpClient client)
    {
        await AskAsync(client, "POST", Words + "/restart", 200, Form(("container_id", "1")));
        await AskAsync(client, "POST", Words + "/restart", 422, Form(("container_id", "one")));
        await AskAsync(client, "POST", Words + "/update", 200, Form(("component_parallelism", "exclaim1:2"), ("dry_run", "true")));
        await AskAsync(client, "POST", Words + "/update", 422, Form(("component_parallelism", "many")));
        foreach (var verb in new[] { "/restart", "/update", "/activate", "/deactivate", "" })
        {
            var place = Words.Replace("devel", "other", StringComparison.Ordinal) + verb;
            await AskAsync(client, verb.Length == 0 ? "DELETE" : "POST", place, 409, verb == "/update" ? Form(("runtime_config", "a:b")) : null);
        }
    }

    private static async Task StoreAsync(HttpClient client, TestServer server)
    {
        var form = Forms.Body([], ("file", "filename=\"a.tar.gz\"", "0123456789"u8.ToArray()));
        await AskAsync(client, "POST", Files + "/upload", 422, Forms.Content(form), ("Repr-Digest", $"sha-256=:{Convert.ToBase64String(new byte[32])}:"));
        await AskAsync(client, "POST", Files + "/upload", 400, Forms.Content(Forms.Body([])));
        await AskAsync(client, "POST", Files + "/upload", 415, new StringContent("{}", Encoding.UTF8, "application/json"));
        using var uploaded = await client.PostAsync(Files + "/upload", Forms.Content(form));
        var path = new Uri(await uploaded.Content.ReadAsStringAsync()).AbsolutePath;
        await AskAsync(client, "GET", Files + "?limit=1", 200);
        await AskAsync(client, "GET", Files + "?limit=0", 422);
        foreach (var file in new[] { path, Files + "/download/core/0.20.5" })
        {
            await AskAsync(client, "GET", file, 200);
            await AskAsync(client, "HEAD", file, 200);
            await AskAsync(client, "GET", file + ".sha256", 200);
            await AskAsync(client, "GET", file, 206, null, ("Range", "bytes=1-2"));
            await AskAsync(client, "GET", file, 416, null, ("Range", "bytes=100-"));
            await AskAsync(client, "GET", file, 304, null, ("If-None-Match", "*"));
            await AskAsync(client, "GET", file, 412, null, ("If-Match", "\"another\""));
        }

        var stored = Files + "/" + path.Split('/')[^1];
        var held = server.Scheduler.Running.Values.Single().PackageUri.Split('/')[^1];
        await AskAsync(client, "DELETE", $"{Files}/{held}", 409);
        await AskAsync(client, "DELETE", stored, 412, null, ("If-Match", "\"another\""));
        await AskAsync(client, "DELETE", stored, 200);
    }

    private static async Task LookInsideAsync(CheckedAnswers answers, ServedDocument document)
    {
        await using var stats = ObservedTopology.Stats((_, _) => "1");
        await using var shell = RecordedShell.Start();
        await using var world = await ObservedTopology.StartAsync(stats.Port, shell: shell.Port);
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/log-files/container_1_word_5.log.0"] = "[2026-11-28 19:36:57 +0000] [INFO] begins\n";
        using var client = answers.Over(world.Client.BaseAddress!);
        foreach (var place in new[] { "", "/config", "/figures", "/exceptions", "/plan/logical", "/plan/packing", "/plan/physical", "/metrics?component=word&metric=__emit-count/default&minutes=true" })
        {
            await AskAsync(client, "GET", ObservedTopology.Path + place, 200);
            await AskAsync(client, "HEAD", ObservedTopology.Path + place, 200);
        }

        foreach (var tool in new[] { "pid", "jstack", "histo" })
        {
            await AskAsync(client, "GET", $"{ObservedTopology.Path}/instances/container_1_count_3/{tool}", 200);
            await AskAsync(client, "HEAD", $"{ObservedTopology.Path}/instances/container_1_count_3/{tool}", 200);
        }

        const string Container = ObservedTopology.Path + "/containers/1";
        await AskAsync(client, "GET", Container + "/logs?instance=container_1_word_5&tail=5", 200);
        using (var stream = await FollowedStream.OpenAsync(client, Container + "/logs?instance=container_1_word_5&follow", null))
        {
            Assert.Contains("begins", (await stream.NextAsync()).Data);
        }

        const string Log = Container + "/files/log-files/container_1_word_5.log.0";
        await UnchangedAsync(client, Container + "/files/log-files");
        await AskAsync(client, "GET", Log, 200);
        await AskAsync(client, "HEAD", Log, 200);
        await AskAsync(client, "GET", Log, 206, null, ("Range", "bytes=1-2"));
        await AskAsync(client, "GET", Log, 416, null, ("Range", "bytes=1000-"));
        foreach (var operation in document.Operations.Where(o => o.Group == RouteGroups.Tracker && o.Path.StartsWith("/tracker/", StringComparison.Ordinal)))
        {
            await AskTrackerAsync(client, operation);
        }
    }

    private static async Task AskTrackerAsync(HttpClient client, ServedOperation operation)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var query = string.Join('&', operation.Parameters.Select(p => p["name"]!.GetValue<string>()).Where(name => name != "role").Select(name => name + "=" + name switch
        {
            "cluster" => "nomad",
            "environ" => "dev",
            "topology" => "WordCount",
            "component" => "word",
            "instance" => "container_1_count_3",
            "container" => "1",
            "path" => operation.Path.EndsWith("filestats", StringComparison.Ordinal) ? "log-files" : "log-files/container_1_word_5.log.0",
            "metricname" => "__emit-count/default",
            "query" => "TS(word,*,__emit-count/default)",
            "starttime" => (now - 600).ToString(CultureInfo.InvariantCulture),
            "endtime" => now.ToString(CultureInfo.InvariantCulture),
            "interval" => "600",
            _ => "0",
        }));
        var status = await AskAsync(client, "GET", $"{operation.Path}?{query}", null);
        Assert.True(operation.Responses.ContainsKey($"{status}"), $"{operation}: {status}");
        if (operation.Parameters.Any(p => p["required"]?.GetValue<bool>() == true))
        {
            await AskAsync(client, "GET", operation.Path, 422);
        }
    }

    private static async Task DownloadSignedAsync(CheckedAnswers answers)
    {
        var folder = Directory.CreateTempSubdirectory("signed-").FullName;
        var cores = Directory.CreateDirectory(Path.Join(folder, "cores")).FullName;
        await File.WriteAllTextAsync(Path.Join(cores, "heron-core-0.20.5.tar.gz"), "a core");
        var keys = DownloadKeys.Open(Directory.CreateDirectory(Path.Join(folder, "store")).FullName, TimeProvider.System);
        await using (var server = await TestServer.StartAsync(
            folder: folder, corePackage: cores, keys: keys, coreNeedsToken: true, overrides: new Dictionary<string, string> { ["heron.core.version"] = "0.20.5" }))
        {
            using var client = answers.Over(server.Client.BaseAddress!);
            var urls = server.Services.GetRequiredService<ServerUrls>();
            using var uploaded = await client.PostAsync(Files + "/upload", Forms.Content(Forms.Body([], ("file", "filename=\"a.tar.gz\"", "0123456789"u8.ToArray()))));
            foreach (var file in new[] { new Uri(await uploaded.Content.ReadAsStringAsync()).AbsolutePath, new Uri(urls.CoreOf("0.20.5")).AbsolutePath })
            {
                await AskAsync(client, "GET", file, 200);
                await AskAsync(client, "HEAD", file, 200);
                await AskAsync(client, "GET", file, 416, null, ("Range", "bytes=100-"));
                await AskAsync(client, "GET", file, 412, null, ("If-Match", "\"another\""));
                await AskAsync(client, "GET", file[..file.LastIndexOf('/')] + "/never", 404);
            }

            foreach (var closed in new[] { "core", "core/0.20.5", "x/core", "x/core/0.20.5" })
            {
                await AskAsync(client, "GET", $"{Files}/download/{closed}", 403);
            }
        }

        Scratch.Delete(folder);
    }

    private static async Task UnchangedAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await AskAsync(client, "GET", path, 304, null, ("If-None-Match", "*"));
        if (!path.Contains("events", StringComparison.Ordinal))
        {
            await AskAsync(client, "HEAD", path, 200);
        }
    }

    private static async Task<int> AskAsync(
        HttpClient client, string method, string path, int? expected, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request);
        var status = (int)answer.StatusCode;
        Assert.True(expected is null || status == expected, $"{method} {path}: {status}, not {expected}: {await answer.Content.ReadAsStringAsync()}");
        return status;
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
