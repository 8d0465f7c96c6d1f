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
    public async Task The_servers_own_names_are_taken(string name) => Assert.True(await _names.AllowsAsync(name));

    [Theory]
    [InlineData("evil.example.org")]
    [InlineData("lb.internal")]
    [InlineData("xlb.internal")]
    [InlineData("127.0.0.1.evil.org")]
    [InlineData("localhost.evil.org")]
    [InlineData("notlocalhost")]
    public async Task Other_names_are_not(string name) => Assert.False(await _names.AllowsAsync(name));

    [Fact]
    public async Task A_star_takes_every_name() => Assert.True(await new HostNames([], ["*"]).AllowsAsync("evil.example.org"));

    [Fact]
    public async Task A_slow_resolver_keeps_only_those_waiting_who_use_a_name_that_it_alone_knows()
    {
        var resolver = new TaskCompletionSource<IReadOnlyList<string>>();
        var names = new HostNames(["machine"], ["proxy.example.org"], resolver.Task);
        await Assert.AllAsync(["localhost", "127.0.0.1", "machine", "proxy.example.org"], async name => Assert.True(await names.AllowsAsync(name)));
        resolver.SetResult(["machine.example.org"]);
        Assert.True(await names.AllowsAsync("Machine.example.org."));
        Assert.False(await names.AllowsAsync("evil.example.org"));
    }
}
