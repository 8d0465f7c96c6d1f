// SPDX-License-Identifier: Apache-2.0
using Heron.Packages.Store;

namespace Heron.Packages.Tests.Store;

public sealed class ServerUrlsTests
{
    private const string Name = "11111111-2222-3333-4444-555555555555-topology.jar";

    [Theory]
    [InlineData("api.example", null, "http://api.example:9000")]
    [InlineData("::1", null, "http://[::1]:9000")]
    [InlineData("api.example", "https://proxy.example/heron/", "https://proxy.example/heron")]
    [InlineData(null, "https://proxy.example:8443", "https://proxy.example:8443")]
    public void Nodes_are_told_the_address_under_which_they_reach_the_server(string? host, string? url, string expected)
    {
        Assert.True(StoredName.TryParse(Name, out var name));
        var urls = new ServerUrls(host, 9000, downloadUrl: url is null ? null : new Uri(url));
        Assert.Equal($"{expected}/api/v1/file/download/{Name}", urls.Of(name));
        Assert.Equal($"{expected}/api/v1/file/download/core", urls.Core);
        Assert.True(ServerUrls.TryGetName(urls.Of(name), out var found));
        Assert.Equal(name, found);
    }

    [Theory]
    [InlineData("http://h:9000/api/v1/file/download/core")]
    [InlineData("http://h:9000/api/v1/file/download/../" + Name)]
    [InlineData("http://h:9000/" + Name)]
    [InlineData("")]
    public void An_address_that_is_none_of_ours_names_nothing(string uri) => Assert.False(ServerUrls.TryGetName(uri, out _));
}
