// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Hosting;

/// <summary>The listener of <c>--download-listen</c>.</summary>
public sealed class DownloadListenerTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _node = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(downloadListener: true);
        _node = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_server.DownloadPort}") };
    }

    public async ValueTask DisposeAsync()
    {
        _node.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Nodes_fetch_packages_from_it_large_ones_too()
    {
        var content = new byte[3_000_000];
        Random.Shared.NextBytes(content);
        var uploaded = await _server.Client.PostAsync(
            "/api/v1/file/upload", Forms.Content(Forms.Body([], ("file", "filename=\"a.jar\"", content))));
        var path = new Uri(await uploaded.Content.ReadAsStringAsync()).AbsolutePath;
        Assert.Equal(content, await _node.GetByteArrayAsync(path));
        Assert.Contains("-topology.jar", await _node.GetStringAsync(path + ".sha256"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _node.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _node.GetAsync("/health/ready")).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/v1/version")]
    [InlineData("GET", "/api/v1/topologies")]
    [InlineData("GET", "/api/v1/file")]
    [InlineData("POST", "/api/v1/file/upload")]
    [InlineData("POST", "/api/v1/topologies")]
    [InlineData("DELETE", "/api/v1/topologies/nomad/ads/devel/x")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nothing")]
    public async Task Nothing_else_is_there_whatever_a_request_says_of_its_host(string method, string path)
    {
        var request = $"{method} {path} HTTP/1.1\r\nHost: localhost:{_server.Port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        var answer = await RawHttp.SendAsync(_server.DownloadPort, Encoding.ASCII.GetBytes(request));
        Assert.Equal(404, answer.Status);
        Assert.Contains("--download-listen", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_is_where_it_was()
    {
        using var version = JsonDocument.Parse(await _server.Client.GetStringAsync("/api/v1/version"));
        Assert.Equal(JsonValueKind.Object, version.RootElement.ValueKind);
    }
}
