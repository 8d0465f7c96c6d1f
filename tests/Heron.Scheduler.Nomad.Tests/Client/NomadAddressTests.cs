// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Scheduler.Nomad.Client;

namespace Heron.Scheduler.Nomad.Tests.Client;

public sealed class NomadAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:4646", "http://127.0.0.1:4646")]
    [InlineData("127.0.0.1:4646", "http://127.0.0.1:4646")]
    [InlineData("nomad.example:4646/", "http://nomad.example:4646")]
    [InlineData("nomad.example", "http://nomad.example")]
    [InlineData("https://nomad.example:4646/", "https://nomad.example:4646")]
    [InlineData("https://proxy.example/nomad/", "https://proxy.example/nomad")]
    [InlineData("[::1]:4646", "http://[::1]:4646")]
    [InlineData("localhost:4646", "http://localhost:4646")]
    [InlineData("unix:///secrets/api.sock", "unix:///secrets/api.sock")]
    public void Address_without_a_scheme_means_http(string text, string expected)
    {
        var address = NomadAddress.Parse(text);
        Assert.Equal(expected, address.Uri.ToString().TrimEnd('/'));
        Assert.Null(address.Warning);
    }

    [Theory]
    [InlineData("127.0.0.1:4647")]
    [InlineData("https://nomad.example:4647")]
    public void Port_of_the_servers_among_themselves_is_warned_about(string text) =>
        Assert.Contains("4646", NomadAddress.Parse(text).Warning, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("ftp://nomad.example")]
    [InlineData("http://")]
    [InlineData("http://a b")]
    [InlineData("http://h:99999")]
    [InlineData("http://h/?x=1")]
    [InlineData("http://user:secret@h")]
    [InlineData("file:///etc/passwd")]
    [InlineData("unix://")]
    [InlineData("unix://secrets/api.sock")]
    public void What_is_no_address_of_an_API_is_refused(string text) => Assert.Contains(
        NomadKeys.SchedulerUri, Assert.Throws<HeronException>(() => NomadAddress.Parse(text)).Message, StringComparison.Ordinal);
}
