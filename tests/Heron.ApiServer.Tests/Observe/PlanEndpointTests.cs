// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.ApiServer.Tests.Observe;

public sealed class PlanEndpointTests
{
    [Fact]
    public async Task The_logical_plan_has_components_with_their_streams()
    {
        await using var world = await ObservedTopology.StartAsync();

        var (_, body) = await world.GetAsync("/plan/logical");

        var components = body["components"]!.AsArray().ToDictionary(c => c!["name"]!.GetValue<string>());
        Assert.Equal("""{"name":"word","kind":"spout","parallelism":2,"inputs":[],"outputs":["default"]}""", components["word"]!.ToJsonString());
        Assert.Equal(
            """[{"component":"split","stream":"default","grouping":"FIELDS","fields":["w"]},{"component":"split","stream":"tens","grouping":"SHUFFLE","fields":[]}]""",
            components["count"]!["inputs"]!.ToJsonString());
    }

    [Fact]
    public async Task The_packing_plan_has_containers_in_order_with_resources()
    {
        await using var world = await ObservedTopology.StartAsync();

        var (_, body) = await world.GetAsync("/plan/packing");

        Assert.Equal([1, 2], body["containers"]!.AsArray().Select(c => c!["id"]!.GetValue<int>()));
        Assert.Equal("""{"cpu":4,"ram":2776629248,"disk":16106127360}""", body["containers"]![0]!["required"]!.ToJsonString());
        Assert.Equal(3, body["containers"]![0]!["instances"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_physical_plan_has_hosts_and_instances()
    {
        await using var world = await ObservedTopology.StartAsync(shell: 30921);

        var (_, body) = await world.GetAsync("/plan/physical");

        Assert.Equal("RUNNING", body["state"]!.GetValue<string>());
        Assert.Equal(30921, body["stream_managers"]![0]!["shell_port"]!.GetValue<int>());
        Assert.Equal(
            ["container_1_split_1", "container_1_count_3", "container_1_word_5"],
            body["stream_managers"]![0]!["instances"]!.AsArray().Select(i => i!["id"]!.GetValue<string>()));
    }

    // As Java's serialization writes the Integer 73219846.
    private static byte[] JavaNumber =>
    [
        0xAC, 0xED, 0, 5, 0x73, 0x72, 0, 17, .. "java.lang.Integer"u8, .. Convert.FromHexString("12E2A0A4F78187380200014900"), 5, .. "value"u8,
        0x78, 0x72, 0, 16, .. "java.lang.Number"u8, .. Convert.FromHexString("86AC951D0B94E08B0200007870"), 0x04, 0x5D, 0x3F, 0x06,
    ];

    [Fact]
    public async Task Settings_are_those_in_force_and_secrets_are_masked()
    {
        await using var world = await ObservedTopology.StartAsync(edit: plan =>
        {
            Set(plan.Topology.TopologyConfig, "topology.max.spout.pending:runtime", "9");
            Set(plan.Topology.TopologyConfig, "db.password", "hunter2");
            Set(plan.Topology.TopologyConfig, "feed", "http://me:hunter2@feed/x?api_key=hunter2&y=1");
            Set(plan.Topology.Bolts[0].Comp.Config, "auth.token", "hunter2");
            SetOfJava(plan.Topology.TopologyConfig, "topology.team.environment", "dev");
            SetOfJava(plan.Topology.TopologyConfig, "other.password", "hunter2");
            SetSerialized(plan.Topology.TopologyConfig, "pin.secret", JavaNumber);
            SetSerialized(plan.Topology.Bolts[0].Comp.Config, "pin.secret", JavaNumber);
            SetSerialized(plan.Topology.TopologyConfig, "object.secret", Encoding.ASCII.GetBytes("hunter2"));
        });

        var (_, body) = await world.GetAsync("/config");

        Assert.Equal("9", body["topology"]!["topology.max.spout.pending"]!.GetValue<string>());
        Assert.Equal("********", body["topology"]!["db.password"]!.GetValue<string>());
        Assert.Equal("http://********@feed/x?api_key=********&y=1", body["topology"]!["feed"]!.GetValue<string>());
        Assert.Equal("2", body["components"]!["word"]!["topology.component.parallelism"]!.GetValue<string>());
        Assert.Equal("dev", body["topology"]!["topology.team.environment"]!.GetValue<string>());
        Assert.DoesNotContain("hunter2", body.ToJsonString(), StringComparison.Ordinal);
        var page = await world.Client.GetStringAsync("/topologies/WordCount/configuration");
        Assert.Contains("<td class=\"long mono\">dev</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"long mono\">9</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(":runtime", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", page, StringComparison.Ordinal);
        foreach (var route in (string[])["info", "config", "physicalplan", "logicalplan"])
        {
            var tracker = await world.Client.GetStringAsync($"/tracker/topologies/{route}?cluster=nomad&environ=dev&topology=WordCount");
            Assert.DoesNotContain("hunter2", tracker, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower("hunter2"u8), tracker, StringComparison.Ordinal);
            Assert.DoesNotContain("73219846", tracker, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("pid", "cat container_1_count_3.pid")]
    [InlineData("jstack", "jstack 18273")]
    [InlineData("histo", "jmap -histo 18273")]
    public async Task An_instance_tells_its_process_id_and_what_its_JVM_does(string tool, string command)
    {
        await using var shell = RecordedShell.Start();
        await using var world = await ObservedTopology.StartAsync(shell: shell.Port);

        var (status, body) = await world.GetAsync($"/instances/container_1_count_3/{tool}");

        Assert.Equal((HttpStatusCode.OK, command), (status, body["command"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_instance_that_is_in_no_plan_is_not_found_and_no_shell_is_asked()
    {
        await using var shell = RecordedShell.Start();
        await using var world = await ObservedTopology.StartAsync(shell: shell.Port);

        Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync("/instances/--version/pid")).Status);
        Assert.Empty(shell.Requests);
    }

    [Fact]
    public async Task Another_place_than_the_topologys_is_a_conflict()
    {
        await using var world = await ObservedTopology.StartAsync();

        using var response = await world.Client.GetAsync("/api/v1/topologies/nomad/ops/prod/WordCount/config");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    // As Java's serialization writes a text.
    private static void SetOfJava(Config config, string key, string value) =>
        SetSerialized(config, key, [0xAC, 0xED, 0, 5, 0x74, 0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);

    private static void SetSerialized(Config config, string key, byte[] value) => config.Kvs.Add(new Config.Types.KeyValue
    {
        Key = key,
        SerializedValue = ByteString.CopyFrom(value),
        Type = ConfigValueType.JavaSerializedValue,
    });

    private static void Set(Config config, string key, string value) =>
        config.Kvs.Add(new Config.Types.KeyValue { Key = key, Value = value, Type = ConfigValueType.StringValue });
}
