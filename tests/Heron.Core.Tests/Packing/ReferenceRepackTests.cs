// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packing;
using Proto = Heron.Core.Protobuf;

namespace Heron.Core.Tests.Packing;

public class ReferenceRepackTests
{
    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(ReferencePacking.Folder("repack"), "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_changed_topology_is_packed_again_as_the_Java_server_packs_it(string file) => Check(file).AssertNone();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_stored_plan_reads_back_in_the_Java_servers_order(string file)
    {
        using var recorded = ReferencePacking.Read("repack", file);
        using var expected = System.Text.Json.JsonDocument.Parse(
            $"{{\"plan\":{recorded.RootElement.GetProperty("current_plan").GetRawText()}}}");
        var stored = Proto.PackingPlan.Parser.ParseFrom(
            recorded.RootElement.GetProperty("current_plan_proto_base64").GetBytesFromBase64());
        Assert.Empty(ReferencePlan.Differences(expected.RootElement, PackingPlanProto.FromProto(stored)));
    }

    [Fact]
    public void All_2492_recorded_repacks_are_there_and_only_the_crashes_differ()
    {
        var tallies = Cases().Select(row => Check(row.Data)).ToList();
        Assert.Equal(2492, tallies.Sum(t => t.Total));
        Assert.Equal(130, tallies.Sum(t => t.DeliberatelyDifferent));
        Assert.Equal(2362, tallies.Sum(t => t.Identical));
    }

    private static Tally Check(string file)
    {
        using var recorded = ReferencePacking.Read("repack", file);
        var root = recorded.RootElement;
        var stored = Proto.PackingPlan.Parser.ParseFrom(
            root.GetProperty("current_plan_proto_base64").GetBytesFromBase64());
        var tally = new Tally();
        ReferencePacking.CheckRepacks(
            file,
            root.GetProperty("cases"),
            ReferencePacking.Algorithm(root.GetProperty("repacking_class").GetString()!),
            ReferencePacking.Topology(root),
            ReferencePacking.Config(root),
            PackingPlanProto.FromProto(stored),
            tally);
        return tally;
    }
}
