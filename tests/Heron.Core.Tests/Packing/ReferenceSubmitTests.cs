// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Tests.Packing;

public class ReferenceSubmitTests
{
    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(ReferencePacking.Folder("submit"), "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_submitted_topology_is_packed_as_the_Java_server_packs_it(string file)
    {
        using var recorded = ReferencePacking.Read("submit", file);
        var root = recorded.RootElement;
        var packing = ReferencePacking.Algorithm(root.GetProperty("packing_class").GetString()!);
        var tally = new Tally();
        ReferencePacking.Check(
            file, root, () => packing.Pack(ReferencePacking.Topology(root), ReferencePacking.Config(root)), tally);
        tally.AssertNone();
        Assert.Equal(1, tally.Identical);
    }

    [Fact]
    public void All_351_recorded_submissions_are_there() => Assert.Equal(351, Cases().Count);
}
