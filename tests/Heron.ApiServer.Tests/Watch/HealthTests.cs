// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Testing.Scheduling;
using Heron.Testing.State;
using Heron.ApiServer.Watch;
using Heron.Core.Storage;
using Heron.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Watch;

/// <summary>What a health check and a Prometheus read of the running server.</summary>
public sealed class HealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_with_all_its_parts_is_alive_and_ready()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal("alive", (await server.Client.GetFromJsonAsync<JsonElement>("/health/live", Token)).GetProperty("status").GetString());
        var ready = await ReadyWhenAsync(server, "ready");
        Assert.Equal(
            ["scheduler up", "state up", "disk up"],
            ready.GetProperty("parts").EnumerateArray().Select(p => $"{p.GetProperty("name")} {p.GetProperty("state")}"));
    }

    [Fact]
    public async Task A_server_whose_scheduler_is_away_is_degraded_and_says_why_and_serves_on()
    {
        await using var server = await TestServer.StartAsync(scheduler: new FakeScheduler { Problem = "Nomad does not answer" });
        var ready = await ReadyWhenAsync(server, "degraded");
        var scheduler = ready.GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "scheduler");
        Assert.Equal("down", scheduler.GetProperty("state").GetString());
        Assert.Equal("Nomad does not answer", scheduler.GetProperty("problem").GetString());
        Assert.Contains("heron_apiserver_part_up{", await server.Client.GetStringAsync("/metrics", Token));
    }

    [Fact]
    public async Task What_goes_away_and_comes_back_is_told_once_each_with_the_time_that_it_took()
    {
        var store = Directory.CreateTempSubdirectory("heron-watch-").FullName;
        using var folder = InstanceFolder.Open(store);
        await using var state = LocalFolderStore.StateIn(Path.Join(store, "state"));
        await state.StartAsync(Token);
        var scheduler = new FakeScheduler { Problem = "Nomad does not answer" };
        var clock = new FakeTimeProvider();
        using var log = new CollectedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var watch = new PeerWatch(scheduler, state, folder, clock, loggers.CreateLogger<PeerWatch>());
        await watch.StartAsync(Token);
        await Poll.UntilAsync(() => watch.Parts.All(p => p.IsKnown), "the first look");

        Directory.Delete(folder.Work, recursive: true);
        clock.Advance(PeerWatch.Interval);
        await Poll.UntilAsync(() => watch.Parts[2].Problem is not null, "the disk to be missed");
        Directory.CreateDirectory(folder.Work);
        scheduler.Problem = null;
        clock.Advance(PeerWatch.Interval);
        await Poll.UntilAsync(
            () =>
            {
                if (watch.Parts[1].Problem is not null)
                {
                    // The look at the state before this one was still under way when the clock was put on, which ended it.
                    clock.Advance(PeerWatch.Interval);
                }

                return watch.Parts.All(p => p.Problem is null);
            },
            "all to be back");
        await watch.StopAsync(Token);
        Scratch.Delete(store);

        Assert.Single(log.Lines, line => line.Contains("Nomad does not answer", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("the scheduler answers again, after 20 s", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("the disk answers again, after 10 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_told_beside_that_of_the_release_that_is_spoken()
    {
        await using var server = await TestServer.StartAsync();
        var version = await server.Client.GetFromJsonAsync<Dictionary<string, string>>("/api/v1/version", Token);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", version!["heron.apiserver.version"]);
        Assert.Contains("heron.build.version", version);
    }

    [Fact]
    public async Task Operations_are_counted_with_their_outcome()
    {
        await using var server = await TestServer.StartAsync();
        await server.Client.DeleteAsync("/api/v1/topologies/nomad/role/default/nobody", Token);
        var metrics = await server.Client.GetStringAsync("/metrics", Token);
        Assert.Contains("heron_operation_duration_seconds_count{", metrics);
        Assert.Contains("operation=\"kill\",outcome=\"not_found\"", metrics);
        Assert.Contains("http_server_request_duration_seconds_bucket{", metrics);
    }

    private static async Task<JsonElement> ReadyWhenAsync(TestServer server, string status)
    {
        JsonElement ready = default;
        await Poll.UntilAsync(
            async () =>
            {
                var response = await server.Client.GetAsync("/health/ready", Token);
                ready = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
                return response.StatusCode == HttpStatusCode.OK && ready.GetProperty("status").GetString() == status
                    && ready.GetProperty("parts").EnumerateArray().All(p => p.GetProperty("state").GetString() != "unknown");
            },
            () => $"the server says: {ready}");
        return ready;
    }
}
