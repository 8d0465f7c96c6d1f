// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.EndToEnd.Tests.ZooKeeperFaults;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>Kill -9 before and after each effect of a submission and of a kill, where other things hold the topology.</summary>
[Collection(nameof(ZooKeeperForFaults))]
public sealed class OtherPlacesCrashTests(ZooKeeperForFaults shared)
{
    private static readonly string[] OfSubmission =
    [
        "publish begins",
        "publish done",
        "register done",
        "schedule done",
        "announce done",
        "launched",
    ];

    [Fact]
    public async Task Local_containers_and_a_state_folder_are_whole_or_gone_after_a_kill_of_the_server_between_any_two_steps()
    {
        using var place = new LocalAndFolder();
        await CrashEverywhereAsync(place, [.. OfSubmission, "container 1 is started"]);
    }

    [Fact]
    public async Task Nomad_jobs_and_ZooKeeper_are_whole_or_gone_after_a_kill_of_the_server_between_any_two_steps()
    {
        await using var place = await NomadAndZooKeeper.StartAsync(shared.Server);
        await CrashEverywhereAsync(place, [.. OfSubmission, "container 1 is started"]);
    }

    [Fact]
    public async Task Package_in_a_shared_folder_is_whole_or_gone_after_a_kill_of_the_server_at_any_moment_of_the_upload()
    {
        await using var place = await NomadAndSharedFolder.StartAsync();
        await CrashEverywhereAsync(
            place, ["launched", "publish begins", "package is copied", "package is stored", "publish done"]);
    }

    private static async Task CrashEverywhereAsync(ICrashPlace place, IReadOnlyList<string> moments)
    {
        foreach (var moment in moments)
        {
            Assert.Equal(moment, await Crash.AtAsync(place, moment, 0, Submit.SendAsync));
        }

        // Counted from the beginning of the kill, as the recovery of a submission removes things too: nothing is done, some
        // containers are stopped, state and package are gone.
        foreach (var count in new[] { 0, 2, 8 })
        {
            Assert.NotNull(await Crash.AtAsync(place, "kill begins", count, async client =>
            {
                (await Submit.SendAsync(client)).EnsureSuccessStatusCode();
                return await client.DeleteAsync(Submit.TopologyPath);
            }));
        }

        await using var last = await ServerProcess.StartAsync(ServerProcess.Product, place.Home.Path, place.Arguments);
        await Crash.SettleAsync(place, last);
    }
}
