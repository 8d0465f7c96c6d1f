// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;

namespace Heron.ApiServer.Tests.Access;

public sealed class HostNamesTests
{
    private readonly HostNames _names = new(["box", "box.example.org"], ["heron.internal", "*.lb.internal"]);

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("10.1.2.3")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("page.localhost")]
    [InlineData("Box")]
    [InlineData("box.example.org")]
    [InlineData("heron.internal")]
    [InlineData("a.lb.internal")]
    public void The_servers_own_names_are_taken(string name) => Assert.True(_names.Allows(name));

    [Theory]
    [InlineData("evil.example.org")]
    [InlineData("lb.internal")]
    [InlineData("xlb.internal")]
    [InlineData("127.0.0.1.evil.org")]
    [InlineData("localhost.evil.org")]
    [InlineData("notlocalhost")]
    public void Other_names_are_not(string name) => Assert.False(_names.Allows(name));

    [Fact]
    public void A_star_takes_every_name() => Assert.True(new HostNames([], ["*"]).Allows("evil.example.org"));

    [Fact]
    public void A_slow_resolver_keeps_only_those_waiting_who_use_a_name_that_it_alone_knows()
    {
        var resolver = new TaskCompletionSource<IReadOnlyList<string>>();
        var names = new HostNames(["machine"], ["proxy.example.org"], resolver.Task);
        Assert.All(["localhost", "127.0.0.1", "machine", "proxy.example.org"], name => Assert.True(names.Allows(name)));
        resolver.SetResult(["machine.example.org"]);
        Assert.True(names.Allows("Machine.example.org."));
        Assert.False(names.Allows("evil.example.org"));
    }
}
