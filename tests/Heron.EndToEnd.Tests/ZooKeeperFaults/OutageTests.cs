// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>ZooKeeper is away for longer than a request waits: requests fail in time and cleanly, and all comes back by itself.</summary>
public sealed class OutageTests(ZooKeeperForFaults own) : IClassFixture<ZooKeeperForFaults>
{
    private static readonly byte[] CoreBytes = "not really a heron-core\n"u8.ToArray();

    [Fact]
    public async Task With_ZooKeeper_down_the_server_starts_serves_files_answers_503_and_recovers_alone()
    {
        await using var world = await FaultWorld.PrepareAsync(own.Server, Patience.Short);
        own.Server.Kill();
        try
        {
            await world.StartServerAsync(null, "--heron-core-package-path", world.WriteFile("heron-core.tar.gz", CoreBytes));
            Assert.Equal(CoreBytes, await world.Http.GetByteArrayAsync("/api/v1/file/download/core"));
            Assert.Equal("UPLOADED"u8.ToArray(), await world.Http.GetByteArrayAsync(await UploadAsync(world.Http, "UPLOADED"u8.ToArray())));
            (await world.Http.GetAsync("/api/v1/version")).EnsureSuccessStatusCode();

            // All at once: none waits for another.
            var answers = await Task.WhenAll(
                world.SubmitAsync(Patience.ShortInTime),
                FaultWorld.TimedAsync(() => world.Http.DeleteAsync("/api/v1/topologies/nomad/ops/dev/Another"), Patience.ShortInTime),
                FaultWorld.TimedAsync(() => world.Http.GetAsync("/api/v1/topologies/nomad/ops/dev/Another"), Patience.ShortInTime),
                FaultWorld.TimedAsync(() => world.Http.PostAsync("/api/v1/topologies/nomad/ops/dev/Third/activate", null), Patience.ShortInTime));
            Assert.All(answers, world.AssertUnavailable);
        }
        finally
        {
            await own.Server.StartAgainAsync();
        }

        var submitted = await world.UntilSubmittedAsync();
        Assert.Equal(HttpStatusCode.Created, submitted.Status);
        await world.AssertWholeAsync("ZooKeeper came up");
    }

    [Fact]
    public async Task Killed_ZooKeeper_makes_submissions_and_kills_fail_in_time_and_leaves_nothing_behind()
    {
        await using var world = await FaultWorld.StartAsync(own.Server, Patience.Short);
        own.Server.Kill();
        try
        {
            world.AssertUnavailable(await world.SubmitAsync(Patience.ShortInTime));
            Assert.Empty(world.Files);
            Assert.Empty(world.TakeRegistrations());
        }
        finally
        {
            await own.Server.StartAgainAsync();
        }

        await world.AssertNothingAsync("ZooKeeper is back");
        Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
        await world.AssertWholeAsync("ZooKeeper is back");

        own.Server.Kill();
        try
        {
            world.AssertUnavailable(await world.KillAsync(Patience.ShortInTime));
            Assert.Equal(FaultWorld.Containers, world.Jobs.Count);
        }
        finally
        {
            await own.Server.StartAgainAsync();
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
        await using var world = await FaultWorld.StartAsync(own.Server, Patience.Short);
        var held = world.Nomad!.Fault(new NomadFault { Kind = NomadFaultKind.Hold, Method = "PUT" });
        var submission = world.SubmitAsync();
        await held.Met.Task.WaitAsync(Poll.Limit);
        if (killed)
        {
            own.Server.Kill();
        }
        else
        {
            await own.Server.PauseAsync();
        }

        try
        {
            world.Nomad.ClearFaults();
            held.Gate.TrySetResult();
            var answer = await submission;
            world.AssertUnavailable(answer);
            Assert.Contains("keeps trying", answer.Message);
            Assert.Empty(world.Jobs);

            // The removal of the state was not waited for: it would have taken as long again.
            await Poll.UntilAsync(
                () => world.Lines.Any(l => l.Contains("step register will be undone when the state store is there again")), "what is postponed is logged");
            world.AssertUnavailable(await world.KillAsync(Patience.ShortInTime));
            var again = await world.SubmitAsync(Patience.ShortInTime);
            world.AssertUnavailable(again);
            Assert.StartsWith("an interrupted submit of topology", again.Message);
        }
        finally
        {
            if (killed)
            {
                await own.Server.StartAgainAsync();
            }
            else
            {
                own.Server.Resume();
            }
        }

        await world.UntilNothingAsync("ZooKeeper is back");
        Assert.Equal(HttpStatusCode.Created, (await world.UntilSubmittedAsync()).Status);
        await world.AssertWholeAsync("submitted again");
    }

    [Fact]
    public async Task An_outage_shorter_than_the_connection_timeout_is_only_a_wait_even_when_ZooKeeper_has_forgotten_everything()
    {
        // A server that has seen less than a session refuses it, so the old session has to run out first. A busy machine may
        // take half a minute to start ZooKeeper.
        await using var world = await FaultWorld.StartAsync(
            own.Server, Patience.LongerThanSilence with { Call = TimeSpan.FromSeconds(100) });
        own.Server.Kill();
        own.Server.EmptyDataFolder();
        var submission = world.SubmitAsync();
        await own.Server.StartAgainAsync();
        var answer = await submission;
        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        await world.AssertWholeAsync("ZooKeeper has started again");
        Assert.Equal([1, 1, 1], world.TakeRegistrations());
    }

    private static async Task<string> UploadAsync(HttpClient client, byte[] bytes)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "some.jar" } };
        using var answer = await client.PostAsync("/api/v1/file/upload", form);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }
}
