// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core.Topologies;
using Heron.Testing;

namespace Heron.Core.Tests.Topologies;

public class TopologyPackageTypesTests
{
    [Fact]
    public void The_kind_of_a_file_is_the_references_but_for_tar_gz_which_only_crashed_there()
    {
        foreach (var entry in JsonNode.Parse(File.ReadAllText(Fixtures.Reference("apiserver", "package-types.json")))!.AsArray())
        {
            var file = entry!["file"]!.GetValue<string>();
            var expected = entry["package_type"]?.GetValue<string>();
            if (file == "a.tar.gz")
            {
                Assert.Equal(TopologyPackageType.Tar, TopologyPackageTypes.FromFileName(file));
            }
            else if (expected is null)
            {
                Assert.Equal(
                    FaultKind.Invalid,
                    Assert.Throws<HeronException>(() => TopologyPackageTypes.FromFileName(file)).Kind);
            }
            else
            {
                Assert.Equal(expected, TopologyPackageTypes.FromFileName(file).ToString().ToUpperInvariant());
            }
        }
    }
}
