// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Xunit;

namespace Heron.Testing.State;

/// <summary>What every state manager's view owes those who look, whatever the store.</summary>
public abstract class StateViewConformance : StateStoreTests
{
    [Fact]
    public async Task An_empty_store_shows_nothing_and_is_not_stale()
    {
        var seen = await UntilAsync(v => v.Stale is null);

        Assert.Empty(seen.Topologies);
        Assert.Null(seen.Find("a"));
    }

    [Fact]
    public async Task What_was_there_before_the_start_shows_in_ordinal_order()
    {
        foreach (string name in new[] { "b", "a-b", "B", "a", "a_b" })
        {
            await Manager.RegisterTopologyAsync(Samples.Registration(name), Token);
        }

        var late = await OpenAsync();
        var seen = await UntilAsync(v => v.Topologies.Count == 5, late.View);

        Assert.Equal(["B", "a", "a-b", "a_b", "b"], seen.Topologies.Select(t => t.Name));
        Assert.All(seen.Topologies, t => Assert.Same(t, seen.Find(t.Name)));
        Assert.All(seen.Topologies, t => Assert.Empty(t.Damages));
        Assert.Null(seen.Find("c"));
    }

    [Fact]
    public async Task The_life_of_a_topology_by_other_programs_shows_step_by_step()
    {
        var other = await OpenAsync();
        await other.RegisterTopologyAsync(Samples.Registration("a"), Token);
        var seen = await UntilAsync(v => v.Find("a") is not null);
        Assert.Equal("a-id", seen.Find("a")!.Id);
        Assert.Empty(seen.Find("a")!.Damages);

        await Store.WriteAsync("tmanagers/a", Samples.TManager("a", "a-id").ToByteArray(), ephemeral: true);
        await UntilAsync(v => v.Find("a")?.TManagerLocation.Value is not null);
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id").ToByteArray());
        await UntilAsync(v => v.Find("a")?.PhysicalPlan.Value?.Topology.State == TopologyState.Running);
        await Store.WriteAsync("pplans/a", Samples.Physical("a", "a-id", TopologyState.Paused).ToByteArray());
        await UntilAsync(v => v.Find("a")?.PhysicalPlan.Value?.Topology.State == TopologyState.Paused);
        await other.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);
        await UntilAsync(v => v.Find("a")?.SchedulerLocation.Value is not null);
        await other.SetPackingPlanAsync("a", Samples.Plan("a-id", 3), Token);
        await UntilAsync(v => v.Find("a")?.PackingPlan.Value?.ContainerPlans.Count == 3);
        await Store.DeleteAsync("tmanagers/a");
        await UntilAsync(v => v.Find("a") is { TManagerLocation.Exists: false });

        await other.UnregisterTopologyAsync("a", null, Token);
        seen = await UntilAsync(v => v.Topologies.Count == 0);
        Assert.Null(seen.Stale);
        await other.RegisterTopologyAsync(Samples.Registration("a", "a-2"), Token);
        await UntilAsync(v => v.Find("a")?.Id == "a-2");
    }

    [Fact]
    public async Task No_look_ever_finds_a_topology_in_part()
    {
        var other = await OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bool last = false;
        var looking = Task.Run(
            async () =>
            {
                await foreach (var seen in Manager.View.WatchAsync(stop.Token))
                {
                    Assert.All(seen.Topologies, t => Assert.Empty(t.Damages));
                    if (seen.Find("last") is not null)
                    {
                        last = true;
                        return;
                    }
                }
            },
            Token);
        for (int i = 0; i < 40; i++)
        {
            await other.RegisterTopologyAsync(Samples.Registration($"t{i}"), Token);
            await other.UnregisterTopologyAsync($"t{i}", null, Token);
        }

        await other.RegisterTopologyAsync(Samples.Registration("last"), Token);
        await looking.WaitAsync(Poll.Limit, Token);
        Assert.True(last);
    }

    [Fact]
    public async Task Damage_shows_with_the_node_and_goes_when_it_is_mended()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Manager.RegisterTopologyAsync(Samples.Registration("b"), Token);
        await Store.WriteAsync("executionstate/a", [0xff, 0xfe]);

        var seen = await UntilAsync(v => v.Find("a")?.Damages.Count == 1 && v.Find("b") is not null);
        Assert.Equal(StateNode.ExecutionState, seen.Find("a")!.Damages[0].Node);
        Assert.Empty(seen.Find("b")!.Damages);
        await Store.WriteHugeAsync("pplans/a");
        await UntilAsync(v => v.Find("a")?.Damages.Count == 2);

        await Store.WriteAsync("executionstate/a", Samples.Execution("a", "a-id").ToByteArray());
        await Store.DeleteAsync("pplans/a");
        await UntilAsync(v => v.Find("a")?.Damages.Count == 0);
    }

    [Fact]
    public async Task Catching_up_shows_what_was_written_before()
    {
        var other = await OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            await other.RegisterTopologyAsync(Samples.Registration("a", $"a-{i}"), Token);
            await Manager.View.CatchUpAsync("a", Token);
            Assert.Equal($"a-{i}", (await Manager.View.GetAsync(Token)).Find("a")?.Id);
            await Store.WriteAsync("pplans/a", Samples.Physical("a", $"a-{i}").ToByteArray());
            await Manager.View.CatchUpAsync("a", Token);
            Assert.NotNull((await Manager.View.GetAsync(Token)).Find("a")?.PhysicalPlan.Value);
            await other.UnregisterTopologyAsync("a", null, Token);
            await Manager.View.CatchUpAsync("a", Token);
            Assert.Null((await Manager.View.GetAsync(Token)).Find("a"));
        }
    }

    [Fact]
    public async Task The_version_grows_with_changes_only()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await Manager.View.CatchUpAsync("a", Token);
        long version = (await Manager.View.GetAsync(Token)).Version;

        await Manager.View.CatchUpAsync("a", Token);
        await Manager.View.CatchUpAsync("a", Token);
        Assert.Equal(version, (await Manager.View.GetAsync(Token)).Version);

        await Manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);
        await Manager.View.CatchUpAsync("a", Token);
        Assert.True((await Manager.View.GetAsync(Token)).Version > version);
    }

    /// <summary>Waits until the view shows something.</summary>
    protected async Task<StateViewSnapshot> UntilAsync(Func<StateViewSnapshot, bool> wanted, IStateView? view = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Poll.Limit);
        await foreach (var seen in (view ?? Manager.View).WatchAsync(limit.Token))
        {
            if (wanted(seen))
            {
                return seen;
            }
        }

        throw new InvalidOperationException("the view has ended");
    }
}
