// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Hosting;

/// <summary>What a proxy says of a request counts when the operator trusts the proxy.</summary>
public sealed partial class ForwardedTests
{
    private static readonly Dictionary<string, string> Headers = new()
    {
        ["X-Forwarded-For"] = "203.0.113.7",
        ["X-Forwarded-Proto"] = "https",
        ["X-Forwarded-Host"] = "h:8443",
        ["X-Forwarded-Prefix"] = "/heron",
    };

    [Fact]
    public async Task A_trusted_proxy_says_who_asks_and_under_which_address()
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);
        var uri = await (await SendAsync(server, "/api/v1/file/upload", Upload())).Content.ReadAsStringAsync();
        Assert.StartsWith("https://h:8443/heron/api/v1/file/download/", uri, StringComparison.Ordinal);
        var submitted = await SendAsync(server, "/api/v1/topologies", Forms.Content(Forms.Submission()));
        Assert.Equal("/heron/api/v1/topologies/nomad/ads/devel/exclamation", submitted.Headers.Location!.ToString());
        await Poll.UntilAsync(
            () => server.Log.Lines.Any(l => l.Contains("from 203.0.113.7", StringComparison.Ordinal)), "the log names the client");
    }

    [Theory]
    [InlineData("/a;path=/;domain=example.org")]
    [InlineData("//evil.example")]
    public async Task A_prefix_that_would_say_more_than_where_the_server_is_counts_nothing(string prefix)
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        using var answer = await server.Client.SendAsync(request);
        Assert.Contains("\"path\":\"/api/v1/version\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_addresses_on_all_pages_are_under_the_prefix_of_the_proxy()
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);
        await SendAsync(server, "/api/v1/topologies", Forms.Content(Forms.Submission()));
        var (seen, left) = (new HashSet<string>(), new Queue<string>(["/", "/tracker", "/tracker/docs"]));
        while (left.TryDequeue(out var path))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("X-Forwarded-Prefix", "/heron");
            using var answer = await server.Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode || path.StartsWith("/api/", StringComparison.Ordinal), $"{path}: {answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "text/html")
            {
                continue;
            }

            var html = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotMatch(" (?:href|src|action|data-[a-z]+)=\"/(?!heron/)", html);
            foreach (var address in Link().Matches(html).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Where(seen.Add))
            {
                left.Enqueue(address["/heron".Length..]);
            }
        }

        Assert.Contains("/heron/topologies/exclamation/actions", seen);
        Assert.Contains(seen, address => address.StartsWith("/heron/assets/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/v1/openapi.json?version=3.1", "\"servers\":[{\"url\":\"/heron%7B%7D\"}]")]
    [InlineData("/api/v1/openapi.json?version=3.0", "\"servers\":[{\"url\":\"/heron%7B%7D\"}]")]
    [InlineData("/api/v1/openapi.yaml", "\n  - url: /heron%7B%7D\n")]
    [InlineData("/docs", " /heron%7B%7D/api/v1/version</h3>")]
    [InlineData("/docs", "href=\"/heron%7B%7D/api/v1/openapi.json\"")]
    [InlineData("/api/v1", "\"path\":\"/heron%7B%7D/api/v1/version\"")]
    [InlineData("/api/v1/nothing", "\"/heron%7B%7D/api/v1/version\"")]
    public async Task What_tells_of_the_API_tells_it_under_the_prefix_of_the_proxy(string path, string expected)
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);
        foreach (var (prefix, text) in new[] { ("", expected.Replace("/heron%7B%7D", "", StringComparison.Ordinal)), ("/heron{}/", expected) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
            using var answer = await server.Client.SendAsync(request);
            Assert.Contains(
                text.Replace("\"url\":\"\"", "\"url\":\"/\"", StringComparison.Ordinal).Replace("url: \n", "url: /\n", StringComparison.Ordinal),
                await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/nothing", HttpStatusCode.NotFound, "href=\"/heron/\"")]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound, "[\"/heron/api/v1/topologies\"")]
    [InlineData("/tracker/openapi.json", HttpStatusCode.OK, "\"servers\":[{\"url\":\"/heron/tracker\"}]")]
    [InlineData("/api/v1/openapi.json", HttpStatusCode.OK, "\"servers\":[{\"url\":\"/heron\"}]")]
    [InlineData("/api/v1/openapi.yaml", HttpStatusCode.OK, "url: /heron\n")]
    [InlineData("/api/v1", HttpStatusCode.OK, "\"path\":\"/heron/api/v1/version\"")]
    public async Task So_are_the_addresses_in_answers_for_programs_and_of_errors(string path, HttpStatusCode status, string address)
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);

        // First as a server that stands alone: nothing of it may be kept for others.
        Assert.DoesNotContain("/heron/", await server.Client.GetStringAsync("/api/v1"), StringComparison.Ordinal);
        using var alone = await server.Client.GetAsync(path);
        Assert.DoesNotContain(address, await alone.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", path.StartsWith("/api/", StringComparison.Ordinal) ? "application/json" : "text/html");
        request.Headers.Add("X-Forwarded-Prefix", "/heron");
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(address, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//elsewhere.example", "href=\"/submit\"")]
    [InlineData("/", "href=\"/submit\"")]
    [InlineData("/heron/", "href=\"/heron/submit\"")]
    [InlineData("/a\"><b>", "href=\"/a%22%3E%3Cb%3E/submit\"")]
    public async Task A_prefix_leads_to_no_other_site_and_out_of_no_attribute(string prefix, string link)
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("X-Forwarded-Prefix", prefix);
        using var answer = await server.Client.SendAsync(request);
        Assert.Contains(link, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_else_says_nothing_by_them()
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("10.0.0.0/8")]);
        var uri = await (await SendAsync(server, "/api/v1/file/upload", Upload())).Content.ReadAsStringAsync();
        Assert.StartsWith($"http://{Dns.GetHostName()}:{server.Port}/api/", uri, StringComparison.OrdinalIgnoreCase);
        var submitted = await SendAsync(server, "/api/v1/topologies", Forms.Content(Forms.Submission()));
        Assert.StartsWith("/api/v1/topologies/", submitted.Headers.Location!.ToString(), StringComparison.Ordinal);
        await Poll.UntilAsync(
            () => server.Log.Lines.Any(l => l.Contains("POST /api/v1/topologies", StringComparison.Ordinal)), "the request is logged");
        Assert.DoesNotContain(server.Log.Lines, l => l.Contains("203.0.113.7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_operator_tells_nodes_goes_before_what_a_proxy_says()
    {
        await using var server = await TestServer.StartAsync();
        var uri = await (await SendAsync(server, "/api/v1/file/upload", Upload())).Content.ReadAsStringAsync();
        Assert.StartsWith($"http://apiserver.example:{server.Port}/api/", uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_none_of_the_servers_is_refused_also_from_a_trusted_proxy()
    {
        await using var server = await TestServer.StartAsync(trustedProxies: [IPNetwork.Parse("127.0.0.1/32")]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/version");
        request.Headers.Add("X-Forwarded-Host", "rebound.example");
        Assert.Equal(421, (int)(await server.Client.SendAsync(request)).StatusCode);
    }

    [System.Text.RegularExpressions.GeneratedRegex(" (?:href|src)=\"(/[^\"#]*)")]
    private static partial System.Text.RegularExpressions.Regex Link();

    private static ByteArrayContent Upload() => Forms.Content(Forms.Body([], ("file", "filename=\"a.jar\"", [1, 2, 3])));

    private static async Task<HttpResponseMessage> SendAsync(TestServer server, string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in Headers)
        {
            request.Headers.Add(name, value);
        }

        var response = await server.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return response;
    }
}
