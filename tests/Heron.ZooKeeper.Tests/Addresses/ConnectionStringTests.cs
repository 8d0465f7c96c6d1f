// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Tests.Addresses;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("zk1", "zk1:2181", "")]
    [InlineData("zk1:2182", "zk1:2182", "")]
    [InlineData("zk1,zk2:99,zk3", "zk1:2181,zk2:99,zk3:2181", "")]
    [InlineData(" zk1 , zk2:99 ,, zk3 ", "zk1:2181,zk2:99,zk3:2181", "")]
    [InlineData("zk1 zk2", "zk1:2181,zk2:2181", "")]
    [InlineData("zk1,zk2/heron", "zk1:2181,zk2:2181", "/heron")]
    [InlineData("zk1/heron/prod/", "zk1:2181", "/heron/prod")]
    [InlineData("zk1/", "zk1:2181", "")]
    [InlineData("10.0.0.1:2181/a", "10.0.0.1:2181", "/a")]
    [InlineData("[::1]", "[::1]:2181", "")]
    [InlineData("[fe80::1]:2182,[::1]:99/x", "[fe80::1]:2182,[::1]:99", "/x")]
    [InlineData("::1", "[::1]:2181", "")]
    [InlineData("zk_1.example-a.org:1", "zk_1.example-a.org:1", "")]
    public void Hosts_ports_and_chroot_are_read(string text, string hosts, string chroot)
    {
        ConnectionString parsed = ConnectionString.Parse(text);
        Assert.Equal(hosts, string.Join(',', parsed.Hosts));
        Assert.Equal(chroot, parsed.Chroot);
        Assert.Equal(hosts + chroot, parsed.ToString());
    }

    [Theory]
    [InlineData("", "no host")]
    [InlineData(" , ", "no host")]
    [InlineData("/heron", "no host")]
    [InlineData("zk1:", "not a port")]
    [InlineData("zk1:0", "not a port")]
    [InlineData("zk1:65536", "not a port")]
    [InlineData("zk1:+1", "not a port")]
    [InlineData("zk1:a", "not a port")]
    [InlineData("zk1/a,zk2/a", "once, after the last host")]
    [InlineData("zk1:1:2", "brackets")]
    [InlineData("[zk1]:2181", "not an IPv6 address")]
    [InlineData("[::1", "not an IPv6 address")]
    [InlineData("[::1]2181", "no port")]
    [InlineData("zk!1", "not a host name")]
    [InlineData("zk1//a", "empty name")]
    [InlineData("zk1/a/../b", "relative name")]
    [InlineData("zk1/a\0b", "not allowed")]
    public void A_mistake_is_named(string text, string reason)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => ConnectionString.Parse(text));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', e.Message);
    }
}
