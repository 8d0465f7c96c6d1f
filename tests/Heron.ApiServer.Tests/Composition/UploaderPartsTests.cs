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

    [Fact]
    public void Name_of_this_machine_is_recognised() => Assert.True(UploaderParts.IsSelf(
        new Uri($"http://{Dns.GetHostName()}:9000/api/v1/file/upload"), new ServerUrls("api.example", 9000)));

    [Theory]
    [InlineData("http://localhost:9001/api/v1/file/upload")]
    [InlineData("https://localhost:9000/api/v1/file/upload")]
    [InlineData("http://other.example:9000/api/v1/file/upload")]
    [InlineData("http://localhost:9000/upload")]
    public void Other_addresses_are_other_servers(string address) =>
        Assert.False(UploaderParts.IsSelf(new Uri(address), new ServerUrls("api.example", 9000)));
}
