// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Addresses;

namespace Heron.ZooKeeper.Tests.Addresses;

public sealed class NodePathTests
{
    [Theory]
    [InlineData("/", false)]
    [InlineData("/a", false)]
    [InlineData("/a/b.c/..d/e..", false)]
    [InlineData("/with space/ü/日本", false)]
    [InlineData("/a/", true)]
    [InlineData("/a/lock-", true)]
    public void Legal_paths_pass(string path, bool sequential) => NodePath.Validate(path, sequential);

    [Theory]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("/a/", false)]
    [InlineData("//", false)]
    [InlineData("//a", false)]
    [InlineData("/a//b", false)]
    [InlineData("/a//", true)]
    [InlineData("/./a", false)]
    [InlineData("/a/.", false)]
    [InlineData("/a/..", false)]
    [InlineData("/a/../b", false)]
    [InlineData("/a\0", false)]
    [InlineData("/a\r\nb", false)]
    [InlineData("/a\u007f", false)]
    [InlineData("/a\u009f", false)]
    [InlineData("/\ue000", false)]
    [InlineData("/\ufff0", false)]
    [InlineData("/\U0001F600", false)]
    public void Illegal_paths_are_refused_before_they_are_sent(string path, bool sequential) =>
        Assert.Throws<ArgumentException>(() => NodePath.Validate(path, sequential));

    [Theory]
    [InlineData("a", true)]
    [InlineData("_c_1-lease-0000000001", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\u0001", false)]
    [InlineData("\uf8ff", false)]
    public void What_a_server_sends_is_only_taken_for_a_name_that_a_node_can_have(string name, bool believed)
    {
        Assert.Equal(believed, NodePath.IsName(name));
        Assert.Equal(believed || name.Contains('/', StringComparison.Ordinal), NodePath.IsPath("/x/" + name));
    }

    [Theory]
    [InlineData("", "/", "/")]
    [InlineData("", "/a", "/a")]
    [InlineData("/r", "/", "/r")]
    [InlineData("/r", "/a/b", "/r/a/b")]
    public void A_chroot_is_put_before_and_taken_away(string chroot, string caller, string server)
    {
        var map = new ChrootMap(chroot);
        Assert.Equal(server, map.ToServer(caller));
        Assert.Equal(caller, map.ToCaller(server));
    }

    [Fact]
    public void A_path_that_only_looks_like_the_chroot_stays_whole() => Assert.Equal("/root2/a", new ChrootMap("/root").ToCaller("/root2/a"));

    [Theory]
    [InlineData("/a", "/", "a")]
    [InlineData("/a/b", "/a", "b")]
    public void Paths_come_apart_and_together(string path, string parent, string name)
    {
        Assert.Equal(parent, NodePath.Parent(path));
        Assert.Equal(name, NodePath.Name(path));
        Assert.Equal(path, NodePath.Join(parent, name));
    }
}
