// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>Kill -9 of the server at a failpoint of an update.</summary>
/// <param name="To">To how many containers the update goes; 2 and 4 take turns.</param>
/// <param name="Moment">The failpoint.</param>
/// <param name="IsDone">Whether the topology has to be as asked for afterwards; else it has to be as before.</param>
internal sealed record UpdateCrash(int To, string Moment, bool IsDone)
{
    // One of two containers was added.
    private const string Added = "container 4 is started";

    // One of two containers was removed.
    private const string Removed = "container 4 is ended";

    private const int Few = 2;
    private const int Many = 4;

    private static readonly TimeSpan Patience = Poll.Limit;

    /// <summary>
    /// Every step of an update before and after its effect, and the middle of those with several effects. One that is taken back
    /// comes before each that is finished, so that no failpoint is met by a server that only settles: then the request that is sent
    /// again is the one that is killed at the next step.
    /// </summary>
    public static IReadOnlyList<UpdateCrash> EveryStep { get; } =
    [
        new(Many, "update: deactivating begins", IsDone: false),
        new(Many, "update: deactivated", IsDone: false),
        new(Many, "update: new packing plan is stored", IsDone: true),

        new(Few, "update: deactivating begins", IsDone: false),
        new(Few, "update: new packing plan is stored", IsDone: true),

        new(Many, "update: adding containers begins", IsDone: false),
        new(Many, "update: reactivating begins", IsDone: true),

        new(Few, "update: storing the new packing plan begins", IsDone: false),
        new(Few, Removed, IsDone: true),

        new(Many, Added, IsDone: false),
        new(Many, "update: resumed", IsDone: true),

        new(Few, "update: deactivated", IsDone: false),
        new(Few, "update: reactivating begins", IsDone: true),

        new(Many, "update: containers are added", IsDone: false),
        new(Few, "update: removing containers begins", IsDone: true),

        new(Many, "update: storing the new packing plan begins", IsDone: false),
        new(Few, "update: containers are removed", IsDone: true),
    ];

    /// <summary>Those steps at which it matters what runs the containers and what keeps the state.</summary>
    public static IReadOnlyList<UpdateCrash> StepsOfParts { get; } =
    [
        new(Many, Added, IsDone: false),
        new(Many, "update: new packing plan is stored", IsDone: true),
        new(Few, "update: deactivated", IsDone: false),
        new(Few, Removed, IsDone: true),
    ];

    /// <summary>
    /// Kills one server after the other, the next one settling what the one before it has left. A topology is never between,
    /// and what was not told to anybody is told when the same is asked for again.
    /// </summary>
    public static async Task RunAllAsync(Runs runs, Keeps keeps, IReadOnlyList<UpdateCrash> crashes, SharedZooKeeper? shared = null)
    {
        await using var world = await LifeWorld.StartAsync(runs, keeps, standstill: crashes[0].Moment, shared: shared);
        await world.SubmitAsync();
        var now = Few;
        for (var i = 0; i < crashes.Count; i++)
        {
            var crash = crashes[i];
            if (now == crash.To)
            {
                now = now == Few ? Many : Few;
                await ScaleAsync(world, now);
            }

            await world.KillServerAtStandstillAsync(world.ScaleAsync(crash.To));
            await world.StartServerAsync(i + 1 < crashes.Count ? crashes[i + 1].Moment : null);
            await world.UntilSettledAsync($"{crash}");
            now = crash.IsDone ? crash.To : now;
            await world.WaitForAsync(now, TopologyState.Running);
            if (crash.IsDone)
            {
                await ScaleAsync(world, now);
            }
        }

        await ScaleAsync(world, now == Few ? Many : Few);
        Assert.False(world.Records.Overlapped);
        Assert.Equal(200, (await world.KillAsync()).Status);
        await Poll.UntilAsync(() => world.Records.Processes.Count == 0, Patience, "processes of the topology are left");
        Assert.Empty(await world.State.ListTopologiesAsync(CancellationToken.None));
    }

    private static async Task ScaleAsync(LifeWorld world, int containers)
    {
        var (status, message) = await world.ScaleAsync(containers);
        Assert.True(status == 200, message + world.Log);
        await world.WaitForAsync(containers, TopologyState.Running);
    }
}
