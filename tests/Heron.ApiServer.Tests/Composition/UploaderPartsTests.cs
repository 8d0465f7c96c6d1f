// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Packages;
using Heron.Packages.Store;

namespace Heron.ApiServer.Tests.Composition;

public sealed class UploaderPartsTests
{
    [Theory]
    [InlineData("http://localhost:9000/api/v1/file/upload")]
    [InlineData("http://127.0.0.1:9000/api/v1/file/upload/")]
    [InlineData("http://[::1]:9000/api/v1/file/upload")]
    [InlineData("http://API.example:9000/api/v1/file/upload")]
    public void Own_address_is_recognised(string address) =>
        Assert.True(UploaderParts.IsSelf(new Uri(address), new ServerUrls("api.example", 9000)));

    [Theory]
    [InlineData("https://api.example:9000/api/v1/file/upload")]
    [InlineData("https://localhost:9000/api/v1/file/upload")]
    [InlineData("http://localhost:9000/api/v1/file/upload")]
    public void Own_address_is_recognised_with_a_certificate(string address) =>
        Assert.True(UploaderParts.IsSelf(new Uri(address), new ServerUrls("api.example", 9000, isTls: true)));

    [Theory]
    [InlineData("https://proxy.example/heron/api/v1/file/upload", true)]
    [InlineData("https://PROXY.example:443/heron/api/v1/file/upload/", true)]
    [InlineData("http://localhost:9000/api/v1/file/upload", true)]
    [InlineData("https://proxy.example/api/v1/file/upload", false)]
    [InlineData("https://proxy.example/other/api/v1/file/upload", false)]
    [InlineData("http://proxy.example/heron/api/v1/file/upload", false)]
    [InlineData("https://proxy.example:9000/heron/api/v1/file/upload", false)]
    [InlineData("http://localhost:443/api/v1/file/upload", false)]
    public void Behind_a_proxy_the_address_that_nodes_are_told_is_the_own_one(string address, bool isSelf) => Assert.Equal(
        isSelf, UploaderParts.IsSelf(new Uri(address), new ServerUrls(null, 9000, downloadUrl: new Uri("https://proxy.example/heron/"))));

    [Fact]
    public void Name_of_this_machine_is_recognised() => Assert.True(UploaderParts.IsSelf(
        new Uri($"http://{Dns.GetHostName()}:9000/api/v1/file/upload"), new ServerUrls("api.example", 9000)));

    [Theory]
    [InlineData("http://localhost:9001/api/v1/file/upload")]
    [InlineData("https://localhost/api/v1/file/upload")]
    [InlineData("http://other.example:9000/api/v1/file/upload")]
    [InlineData("http://localhost:9000/upload")]
    public void Other_addresses_are_other_servers(string address) =>
        Assert.False(UploaderParts.IsSelf(new Uri(address), new ServerUrls("api.example", 9000)));
}
