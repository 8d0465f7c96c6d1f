// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core.Topologies;

namespace Heron.Core.Tests.Topologies;

public class TopologyFileNamesTests
{
    [Theory]
    [InlineData("exclamation.jar", "exclamation.jar")]
    [InlineData("my.topology.tar", "my.topology.tar")]
    [InlineData("libtopologie_é-1.2+3.so", "libtopologie_é-1.2+3.so")]
    [InlineData("mon topologie é.jar", "mon_topologie_é.jar")]
    [InlineData("../../etc/x.jar", "x.jar")]
    [InlineData("C:\\jars\\x.jar", "x.jar")]
    [InlineData("x;rm -rf $HOME;.tar", "x_rm_-rf__HOME_.tar")]
    [InlineData("x\r\n.pex", "x__.pex")]
    [InlineData("--checkpoint-action=exec.tar", "checkpoint-action_exec.tar")]
    [InlineData("..", "topology.jar")]
    [InlineData("", "topology.jar")]
    [InlineData(null, "topology.jar")]
    [InlineData("\u202e", "topology.jar")]
    public void A_submitted_file_name_keeps_what_is_harmless(string? submitted, string expected) =>
        Assert.Equal(expected, TopologyFileNames.Harmless(submitted, "topology.jar"));

    [Fact]
    public void A_long_file_name_keeps_its_extension()
    {
        var name = TopologyFileNames.Harmless(new string('é', 300) + ".jar", "x.jar");
        Assert.EndsWith("é.jar", name, StringComparison.Ordinal);
        Assert.True(Encoding.UTF8.GetByteCount(name) <= 120);
    }
}
