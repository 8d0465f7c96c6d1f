// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Testing.State;

namespace Heron.Core.Tests.State;

public class StoredTopologyTests
{
    [Theory]
    [InlineData("2", 2, "2", true)]
    [InlineData("2", 3, "3", false)]
    public void Number_of_containers_follows_the_plan(string asked, int planned, string stored, bool keepsType)
    {
        var definition = Samples.Definition("a", "a-id");
        definition.TopologyConfig = new Config();
        definition.TopologyConfig.Kvs.Add(
            new Config.Types.KeyValue { Key = "topology.stmgrs", Value = asked, Type = ConfigValueType.StringValue });

        var result = StoredTopology.From(
            new TopologyRegistration(definition, Samples.Plan("a-id", planned), Samples.Execution("a", "a-id")));

        var entry = Assert.Single(result.TopologyConfig.Kvs);
        Assert.Equal(stored, entry.Value);
        Assert.Equal(keepsType, entry.HasType);
        Assert.Equal(asked, definition.TopologyConfig.Kvs[0].Value);
    }

    [Fact]
    public void A_definition_that_does_not_say_stays_silent()
    {
        var definition = Samples.Definition("a", "a-id");

        var result = StoredTopology.From(
            new TopologyRegistration(definition, Samples.Plan("a-id", 3), Samples.Execution("a", "a-id")));

        Assert.Null(result.TopologyConfig);
    }
}
