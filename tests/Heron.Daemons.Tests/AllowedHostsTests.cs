// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.Core;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Tests;

public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("node-a", "10.0.0.5")]
    [InlineData("NODE-A", "10.0.0.5")]
    [InlineData("alias-of-a", "10.0.0.5")]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5")]
    [InlineData("node-b", "fd00::5")]
    public async Task A_node_of_the_scheduler_is_called_at_its_address(string host, string address) =>
        Assert.Equal([IPAddress.Parse(address)], await Resolve(["node-a", "10.0.0.5", "node-b"], host));

    [Theory]
    [InlineData("10.0.0.6")]
    [InlineData("elsewhere")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("0.0.0.0")]
    public async Task Any_other_host_is_refused_and_not_called(string host)
    {
        var fault = await Assert.ThrowsAsync<DaemonException>(() => Resolve(["node-a", "10.0.0.5"], host));

        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains("it was not called", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public async Task An_address_that_no_node_has_is_refused_even_if_the_scheduler_names_it(string host) =>
        await Assert.ThrowsAsync<DaemonException>(() => Resolve([host], host));

    [Fact]
    public async Task A_name_of_the_scheduler_that_leads_to_a_metadata_service_is_refused() =>
        await Assert.ThrowsAsync<DaemonException>(() => Resolve(["metadata"], "metadata"));

    [Theory]
    [InlineData("", 8000)]
    [InlineData("a b/../c", 8000)]
    [InlineData("node-a:80@elsewhere", 8000)]
    [InlineData("node-a", 0)]
    [InlineData("node-a", -1)]
    [InlineData("node-a", 22)]
    [InlineData("node-a", 65536)]
    public async Task What_is_no_address_of_a_daemon_is_refused(string host, int port)
    {
        var fault = await Assert.ThrowsAsync<DaemonException>(() => Resolve(["node-a", host], host, port));

        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains("has an address that is none", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_is_said_to_be_one() => Assert.Contains(
        "a name that this server cannot resolve",
        (await Assert.ThrowsAsync<DaemonException>(() => Resolve(["node-a"], "nosuch"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_is_allowed_where_the_scheduler_runs_nothing() =>
        await Assert.ThrowsAsync<DaemonException>(() => Resolve([], "127.0.0.1"));

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task This_machine_is_its_loopback(string host) =>
        Assert.All(
            await AllowedHosts.ThisMachine.ResolveAsync("d", host, 8000, CancellationToken.None),
            a => Assert.True(IPAddress.IsLoopback(a)));

    private static Task<IReadOnlyList<IPAddress>> Resolve(string[] allowed, string host, int port = 8000) =>
        new AllowedHosts(allowed, LookUpAsync).ResolveAsync("The daemon", host, port, CancellationToken.None);

    private static Task<IPAddress[]> LookUpAsync(string name, CancellationToken cancellationToken) =>
        name.ToUpperInvariant() switch
        {
            "NODE-A" or "ALIAS-OF-A" => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.5")]),
            "NODE-B" => Task.FromResult<IPAddress[]>([IPAddress.Parse("fd00::5")]),
            "ELSEWHERE" => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]),
            "METADATA" => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254")]),
            "LOCALHOST" => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            _ => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)),
        };
}
