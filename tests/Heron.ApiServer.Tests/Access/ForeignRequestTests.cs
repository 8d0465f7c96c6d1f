// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Access;

/// <summary>What a page of another site can make a browser send.</summary>
public sealed class ForeignRequestTests
{
    private const string Restart = "/api/v1/topologies/nomad/ads/devel/words/restart";

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.NotFound)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.NotFound)]
    [InlineData("Accept", "*/*", HttpStatusCode.NotFound)]
    public async Task A_picture_on_a_foreign_page_stops_no_JVM(string header, string value, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        foreach (var tool in new[] { "jmap", "histo", "jstack", "pid" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/topologies/nomad/ads/devel/exclamation/instances/container_1_word_1/{tool}");
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await server.Client.SendAsync(request);
            Assert.Equal((tool, status), (tool, answer.StatusCode));
        }

        using var tracked = new HttpRequestMessage(
            HttpMethod.Get, "/tracker/topologies/jmap?cluster=nomad&environ=devel&topology=exclamation&instance=container_1_word_1");
        tracked.Headers.TryAddWithoutValidation(header, value);
        using var told = await server.Client.SendAsync(tracked);
        Assert.Equal(status == HttpStatusCode.Forbidden, told.StatusCode == HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example.org")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_change_from_another_site_is_refused(string header, string value)
    {
        await using var server = await TestServer.StartAsync();
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = Support.Forms.Content(Support.Forms.Submission()) };
        submit.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Client.SendAsync(submit)).StatusCode);
        Assert.Empty(server.Scheduler.Running);
        foreach (var method in new[] { "POST", "DELETE", "PUT" })
        {
            var response = await RawHttp.SendAsync(
                server.Port, $"{method} {Restart} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n{header}: {value}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            Assert.Equal(403, response.Status);
        }
    }

    [Fact]
    public async Task A_change_from_the_servers_own_pages_and_from_programs_goes_through()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var header in new[] { "", $"Origin: http://127.0.0.1:{server.Port}\r\n", "Sec-Fetch-Site: same-origin\r\nOrigin: http://evil\r\n", "Sec-Fetch-Site: none\r\n" })
        {
            var response = await RawHttp.SendAsync(
                server.Port, $"POST {Restart} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n");
            Assert.Equal(404, response.Status);
        }
    }

    [Theory]
    [InlineData("evil.example.org", 421)]
    [InlineData("localhost", 200)]
    [InlineData("apiserver.example", 200)]
    [InlineData("[::1]:80", 200)]
    public async Task A_request_under_a_foreign_name_is_refused_with_the_option_that_allows_it(string host, int status)
    {
        await using var server = await TestServer.StartAsync();
        var response = await RawHttp.SendAsync(server.Port, $"GET /api/v1/version HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Assert.Equal(status, response.Status);
        if (status == 421)
        {
            Assert.Contains("--allowed-hosts", response.Message, StringComparison.Ordinal);
        }
    }
}
