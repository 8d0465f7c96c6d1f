// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;

namespace Heron.Core.Tests.State;

public class StatePathsTests
{
    [Theory]
    [InlineData("/heron", "/heron", "/heron/topologies/a")]
    [InlineData("/heron/", "/heron", "/heron/topologies/a")]
    [InlineData("/a/b", "/a/b", "/a/b/topologies/a")]
    [InlineData("/", "/", "/topologies/a")]
    public void Nodes_lie_below_the_root(string given, string root, string topology)
    {
        var paths = new StatePaths(given);

        Assert.Equal(root, paths.Root);
        Assert.Equal(topology, paths.Topology("a"));
    }

    [Fact]
    public void Names_are_those_of_the_reference()
    {
        var paths = new StatePaths("/heron");

        Assert.Equal(
            [
                "/heron/tmanagers/a", "/heron/metricscaches/a", "/heron/topologies/a", "/heron/packingplans/a",
                "/heron/pplans/a", "/heron/executionstate/a", "/heron/schedulers/a", "/heron/statefulcheckpoints/a",
                "/heron/locks/a__updateTopology",
            ],
            [
                paths.TManagerLocation("a"), paths.MetricsCacheLocation("a"), paths.Topology("a"),
                paths.PackingPlan("a"), paths.PhysicalPlan("a"), paths.ExecutionState("a"),
                paths.SchedulerLocation("a"), paths.StatefulCheckpoint("a"),
                paths.Lock("a", StatePaths.UpdateTopologyLock),
            ]);
        Assert.Equal("/heron/tmasters/a", new StatePaths("/heron", StatePaths.TMastersDirectory).TManagerLocation("a"));
    }

    [Fact]
    public void A_root_that_is_not_absolute_is_refused() =>
        Assert.Contains(
            "heron.statemgr.root.path", Assert.Throws<HeronException>(() => new StatePaths("heron")).Message);
}
