// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>ZooKeeper is away for longer than a request waits: requests fail in time and cleanly, and all comes back by itself.</summary>
[Collection(nameof(ZooKeeperForFaults))]
public sealed class OutageTests(ZooKeeperForFaults shared)
{
    private static readonly byte[] CoreBytes = "not really a heron-core\n"u8.ToArray();

    /// <summary>The connection timeout, and what a busy machine adds: less than four requests take one after another.</summary>
    private static readonly TimeSpan InTime = Patience.Short.Call + TimeSpan.FromSeconds(10);

    [Fact]
    public async Task With_ZooKeeper_down_the_server_starts_serves_files_answers_503_and_recovers_alone()
    {
        await using var world = await FaultWorld.PrepareAsync(shared.Server, Patience.Short);
        shared.Server.Kill();
        try
        {
            await world.StartServerAsync(null, "--heron-core-package-path", world.WriteFile("heron-core.tar.gz", CoreBytes));
            Assert.Equal(CoreBytes, await world.Http.GetByteArrayAsync("/api/v1/file/download/core"));
            Assert.Equal("UPLOADED"u8.ToArray(), await world.Http.GetByteArrayAsync(await UploadAsync(world.Http, "UPLOADED"u8.ToArray())));
            (await world.Http.GetAsync("/api/v1/version")).EnsureSuccessStatusCode();

            // All at once: none waits for another.
            var answers = await Task.WhenAll(
                world.SubmitAsync(InTime),
                FaultWorld.TimedAsync(() => world.Http.DeleteAsync("/api/v1/topologies/nomad/ops/dev/Another"), InTime),
                FaultWorld.TimedAsync(() => world.Http.GetAsync("/api/v1/topologies/nomad/ops/dev/Another"), InTime),
                FaultWorld.TimedAsync(() => world.Http.PostAsync("/api/v1/topologies/nomad/ops/dev/Third/activate", null), InTime));
            Assert.All(answers, a => AssertUnavailable(world, a));
        }
        finally
        {
            await shared.Server.StartAgainAsync();
        }

        var submitted = await world.UntilSubmittedAsync();
        Assert.Equal(HttpStatusCode.Created, submitted.Status);
        await world.AssertWholeAsync("ZooKeeper came up");
    }

    [Fact]
    public async Task Killed_ZooKeeper_makes_submissions_and_kills_fail_in_time_and_leaves_nothing_behind()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        shared.Server.Kill();
        try
        {
            AssertUnavailable(world, await world.SubmitAsync(InTime));
            Assert.Empty(world.Files);
            Assert.Empty(world.TakeRegistrations());
        }
        finally
        {
            await shared.Server.StartAgainAsync();
        }

        await world.AssertNothingAsync("ZooKeeper is back");
        Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
        await world.AssertWholeAsync("ZooKeeper is back");

        shared.Server.Kill();
        try
        {
            AssertUnavailable(world, await world.KillAsync(InTime));
            Assert.Equal(FaultWorld.Containers, world.Jobs.Count);
        }
        finally
        {
            await shared.Server.StartAgainAsync();
        }

        await world.AssertWholeAsync("a kill was refused");
        Assert.Equal(HttpStatusCode.OK, (await world.UntilKilledAsync()).Status);
        await world.AssertNothingAsync("killed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ZooKeeper_that_vanishes_in_a_submission_makes_it_fail_in_time_and_the_running_server_cleans_up(bool killed)
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        var held = world.Nomad!.Fault(new NomadFault { Kind = NomadFaultKind.Hold, Method = "PUT" });
        var submission = world.SubmitAsync();
        await held.Met.Task.WaitAsync(TimeSpan.FromSeconds(30));
        if (killed)
        {
            shared.Server.Kill();
        }
        else
        {
            await shared.Server.PauseAsync();
        }

        try
        {
            world.Nomad.ClearFaults();
            held.Gate.TrySetResult();
            var answer = await submission;
            AssertUnavailable(world, answer);
            Assert.Contains("keeps trying", answer.Message);
            Assert.Empty(world.Jobs);

            // The removal of the state was not waited for: it would have taken as long again.
            Assert.Contains(world.Lines, l => l.Contains("step register will be undone when the state store is there again"));
            AssertUnavailable(world, await world.KillAsync(InTime));
            var again = await world.SubmitAsync(InTime);
            AssertUnavailable(world, again);
            Assert.StartsWith("an interrupted submit of topology", again.Message);
        }
        finally
        {
            if (killed)
            {
                await shared.Server.StartAgainAsync();
            }
            else
            {
                shared.Server.Resume();
            }
        }

        await world.UntilNothingAsync("ZooKeeper is back");
        Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
        await world.AssertWholeAsync("submitted again");
    }

    [Fact]
    public async Task A_ZooKeeper_that_falls_silent_anywhere_in_a_submission_makes_it_fail_in_time_with_nothing_left_behind()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        var bytes = await world.MeasureAsync(
            up: false, async () => Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status));
        await world.KillAsync();
        foreach (long n in bytes.Points(Soak.Pick(5, 100)))
        {
            string when = $"silent after {n} of {bytes}";
            await world.ReconnectAsync(new ProxyFault { SwallowDownAfter = n });
            var answer = await world.SubmitAsync(InTime);

            // The silent connection is given up after two thirds of the session timeout; here it is cut.
            world.Proxy.CutAll();
            if (answer.Status != HttpStatusCode.Created)
            {
                AssertUnavailable(world, answer);
                await world.UntilNothingAsync(when);
            }

            Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
            await world.AssertWholeAsync(when);
            Assert.Equal(HttpStatusCode.OK, (await world.UntilKilledAsync()).Status);
        }
    }

    [Fact]
    public async Task An_outage_shorter_than_the_connection_timeout_is_only_a_wait_even_when_ZooKeeper_has_forgotten_everything()
    {
        // A server that has seen less than a session refuses it, so the old session has to run out first. A busy machine may
        // take half a minute to start ZooKeeper.
        await using var world = await FaultWorld.StartAsync(
            shared.Server, Patience.LongerThanSilence with { Call = TimeSpan.FromSeconds(100) });
        shared.Server.Kill();
        shared.Server.EmptyDataFolder();
        var submission = world.SubmitAsync();
        await shared.Server.StartAgainAsync();
        var answer = await submission;
        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        await world.AssertWholeAsync("ZooKeeper has started again");
        Assert.Equal([1, 1, 1], world.TakeRegistrations());
    }

    [Fact]
    public async Task One_host_name_of_three_that_does_not_resolve_is_no_hindrance()
    {
        await using var world = await FaultWorld.PrepareAsync(shared.Server, Patience.Long);
        await world.StartServerAsync($"localhost:{world.Proxy.Port},no-such-host.invalid:2181,127.0.0.1:{world.Proxy.Port}");
        for (int round = 0; round < 6; round++)
        {
            Assert.Equal(HttpStatusCode.Created, (await world.SubmitAsync()).Status);
            await world.AssertWholeAsync($"round {round}");
            Assert.Equal(HttpStatusCode.OK, (await world.KillAsync()).Status);
            await world.AssertNothingAsync($"round {round}");

            // Each new connection may try the wrong name first.
            world.Proxy.CutAll();
        }
    }

    [Fact]
    public async Task A_server_that_takes_connections_and_never_answers_counts_as_away()
    {
        await using var world = await FaultWorld.StartAsync(shared.Server, Patience.Short);
        world.Otherwise = new ProxyFault { SwallowDownAfter = 0 };
        world.Proxy.CutAll();
        AssertUnavailable(world, await world.SubmitAsync(InTime));
        await world.AssertNothingAsync("silence");

        // The connection whose handshake was swallowed is still open: giving it up is the server's own business.
        world.Otherwise = ProxyFault.None;
        Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
        await world.AssertWholeAsync("after the silence");
    }

    private static void AssertUnavailable(FaultWorld world, Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, answer.ToString());
        Assert.Contains("ZooKeeper", answer.Message);
        Assert.Contains(world.Proxy.ConnectionString, answer.Message);
    }

    private static async Task<string> UploadAsync(HttpClient client, byte[] bytes)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "some.jar" } };
        using var answer = await client.PostAsync("/api/v1/file/upload", form);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
