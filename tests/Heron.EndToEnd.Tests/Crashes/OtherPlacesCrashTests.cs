// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>
/// Kill -9 before and after each effect of a submission and of a kill, where other things hold the topology. The short form has those
/// effects that are others in the place; <see cref="CrashTests"/> has all of them where all is simple.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class OtherPlacesCrashTests(SharedZooKeeper shared)
{
    // What leaves a whole topology is not the last one: it is killed by the next server, which shall be killed in a later kill.
    private static readonly string[] OfState = ["launched", "publish done", "register done"];

    private static readonly string[] OfScheduler = ["register done", "container 1 is started", "schedule done"];

    private static readonly string[] All =
        ["publish begins", "publish done", "register done", "schedule done", "announce done", "launched", "container 1 is started"];

    [Fact]
    public async Task Local_containers_and_a_state_folder_are_whole_or_gone_after_a_kill_of_the_server_between_any_two_steps()
    {
        using var place = new LocalAndFolder();
        await CrashEverywhereAsync(place, Soak.Pick(OfScheduler, All));
    }

    [Fact]
    public async Task Nomad_jobs_and_ZooKeeper_are_whole_or_gone_after_a_kill_of_the_server_between_any_two_steps()
    {
        await using var place = await NomadAndZooKeeper.StartAsync(shared.Server);
        await CrashEverywhereAsync(place, Soak.Pick(OfState, All));
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
