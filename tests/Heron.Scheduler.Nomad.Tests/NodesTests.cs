// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>Where containers are, by Nomad's word.</summary>
public sealed class NodesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_is_on_the_node_of_its_allocation_by_name_and_address()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);

        Assert.Equal(["node1", "127.0.0.1"], await scheduler.NodesOfAsync(Deployments.Identity, 0, Token));
    }

    [Fact]
    public async Task Without_the_right_to_read_nodes_their_names_remain()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        nomad.Fault(new()
        {
            Kind = NomadFaultKind.Answer,
            Method = "GET",
            PathContains = "/v1/node/",
            Status = 403,
            Text = "Permission denied",
        });

        Assert.Equal(["node1"], await scheduler.NodesOfAsync(Deployments.Identity, 1, Token));
    }

    [Fact]
    public async Task A_container_that_is_not_the_topologys_is_nowhere()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        nomad.Register(ScriptedNomad.ForeignJob(Deployments.Id + "-77", ("topology.name", "word"), ("topology.id", "else")));

        Assert.Empty(await scheduler.NodesOfAsync(Deployments.Identity, 9, Token));
        Assert.Empty(await scheduler.NodesOfAsync(Deployments.Identity, 77, Token));
        Assert.Empty(await scheduler.NodesOfAsync(
            new TopologyIdentity("other", "ads", "devel", Deployments.Identity.Name, Deployments.Id), 0, Token));
    }
}
