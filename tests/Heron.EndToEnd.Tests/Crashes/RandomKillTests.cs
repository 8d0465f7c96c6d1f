// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>Kills at random times, HERON_KILLS of them or 500 in the long form, in every kind of place. HERON_SEED repeats a run.</summary>
[Trait("Category", Soak.Category)]
public sealed class RandomKillTests(SharedZooKeeper shared)
{
    private static readonly int Kills = Soak.Count("HERON_KILLS", brief: 1, soak: 500);

    [Fact]
    public async Task With_Nomad_and_ZooKeeper_nothing_is_half_there_and_nothing_that_was_told_is_untrue()
    {
        await using var place = await NomadAndZooKeeper.StartAsync(shared.Server);
        await RunAsync(place, "Nomad and ZooKeeper");
    }

    [Fact]
    public async Task With_Nomad_and_a_state_folder_nothing_is_half_there_and_nothing_that_was_told_is_untrue()
    {
        await using var place = await NomadAndFolder.StartAsync();
        await RunAsync(place, "Nomad and state folder");
    }

    [Fact]
    public async Task With_local_containers_nothing_is_half_there_and_nothing_that_was_told_is_untrue()
    {
        using var place = new LocalAndFolder();
        await RunAsync(place, "local containers and state folder");
    }

    [Fact]
    public async Task On_a_disk_that_is_full_now_and_then_nothing_is_half_there_and_nothing_that_was_told_is_untrue()
    {
        Assert.SkipUnless(await SmallDisk.IsPossibleAsync(), "this user may not mount a file system");
        await using var place = await SmallDisk.StartAsync();
        await RunAsync(place, "Nomad, state folder and a full disk");
    }

    [Fact]
    public async Task With_a_Nomad_that_is_late_nothing_is_half_there_for_the_next_who_uses_the_name()
    {
        await using var place = await LateNomad.StartAsync();
        await RunAsync(place, "late Nomad and state folder");
    }

    private static Task RunAsync(ICrashPlace place, string name) =>
        new RandomKills(place, name, Soak.Count("HERON_SEED", Environment.TickCount, Environment.TickCount)).RunAsync(Kills);
}
