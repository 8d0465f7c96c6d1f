// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Tests.Packing;

public sealed class PackingRangesTests
{
    [Theory]
    [InlineData("topology.stmgrs", "-1")]
    [InlineData("topology.stmgrs", "2000000000")]
    [InlineData("topology.container.cpu", "NaN")]
    [InlineData("topology.container.cpu", "Infinity")]
    [InlineData("topology.container.cpu", "-0.5")]
    [InlineData("topology.container.cpu", "1e300")]
    [InlineData("topology.container.cpu.padding", "-Infinity")]
    [InlineData("topology.container.ram", "-1")]
    [InlineData("topology.container.disk", "-1")]
    [InlineData("topology.container.ram.padding", "-1")]
    [InlineData("topology.container.padding.percentage", "101")]
    [InlineData("topology.container.padding.percentage", "-1")]
    [InlineData("topology.container.max.instances", "0")]
    [InlineData("topology.stmgr.ram", "-1")]
    [InlineData("topology.metricsmgr.ram", "-1")]
    [InlineData("topology.stateful.checkpointmanager.ram", "-1")]
    [InlineData("topology.component.cpumap", "word:NaN")]
    [InlineData("topology.component.rammap", "word:-1")]
    [InlineData("topology.component.diskmap", "word:-1")]
    public void A_number_of_the_topology_that_means_nothing_is_refused_by_its_name(string key, string value)
    {
        var topology = Topology();
        topology.TopologyConfig = new Config { Kvs = { Setting(key, value) } };
        Refused(key, topology, HeronConfig.Empty);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("30001")]
    public void A_parallelism_that_means_nothing_is_refused_by_its_name(string parallelism) =>
        Refused($"{TopologySettings.ParallelismKey} of component word", Topology(parallelism), HeronConfig.Empty);

    [Theory]
    [InlineData("heron.resources.instance.cpu", "NaN")]
    [InlineData("heron.resources.instance.cpu", "-1")]
    [InlineData("heron.resources.instance.ram", "-1")]
    [InlineData("heron.resources.instance.disk", "-1")]
    public void A_number_of_the_configuration_that_means_nothing_is_refused_by_its_name(string key, string value) =>
        Refused(key, Topology(), new HeronConfig([new(key, value)]));

    [Fact]
    public void What_Heron_itself_sets_passes() => PackingRanges.Check(Topology("3"), HeronConfig.Empty);

    [Theory]
    [InlineData("nan")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    public void A_setting_that_is_no_finite_number_is_refused_by_its_name(string text)
    {
        var config = new HeronConfig([new("my.number", text)]);
        Assert.Contains("my.number", Assert.Throws<HeronException>(() => config.GetLong("my.number", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("my.number", Assert.Throws<HeronException>(() => config.GetDouble("my.number", 1)).Message, StringComparison.Ordinal);
    }

    private static void Refused(string name, Topology topology, HeronConfig config)
    {
        var fault = Assert.Throws<HeronException>(() => PackingRanges.Check(topology, config));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.StartsWith(name, fault.Message, StringComparison.Ordinal);
    }

    private static Topology Topology(string parallelism = "1") => new()
    {
        Id = "t-1",
        Name = "t",
        State = TopologyState.Running,
        Spouts = { new Spout { Comp = new Component { Name = "word", Config = new Config { Kvs = { Setting(TopologySettings.ParallelismKey, parallelism) } } } } },
    };

    private static Config.Types.KeyValue Setting(string key, string value) => new() { Key = key, Value = value, Type = ConfigValueType.StringValue };
}
