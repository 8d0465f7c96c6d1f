// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Topologies;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Access;

/// <summary>Pages for people with rights to some topologies: they see those, and nothing tells them of the others.</summary>
public sealed class PageAccessTests : IAsyncLifetime
{
    private const string Page = "/topologies/exclamation";

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-page-access-").FullName;
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var users = Path.Join(_folder, "users.yaml");
        var hash = BCrypt.Net.BCrypt.HashPassword("secret", 4);
        await File.WriteAllTextAsync(
            users,
            $$"""
            users:
              alice: { password: '{{hash}}', rights: ['submit,operate nomad/ads/*/*'] }
              looker: { password: '{{hash}}', rights: ['read nomad/ads/*/*'] }
              other: { password: '{{hash}}', rights: ['submit,operate nomad/ops/*/*'] }
              reader: { password: '{{hash}}', rights: ['read *'] }
              nobody: { password: '{{hash}}' }
            """);
        _server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = users });
        using var submission = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = Forms.Content(Forms.Submission()) };
        submission.Headers.Authorization = Basic("alice");
        Assert.Equal(HttpStatusCode.Created, (await _server.Client.SendAsync(submission)).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Scratch.Delete(_folder);
    }

    [Theory]
    [InlineData("alice", true)]
    [InlineData("looker", true)]
    [InlineData("reader", true)]
    [InlineData("other", false)]
    public async Task The_list_and_the_pages_show_what_somebody_may_read_and_nothing_else(string user, bool sees)
    {
        var list = await GetAsync(user, "/");
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.Equal(sees, (await list.Content.ReadAsStringAsync()).Contains("exclamation", StringComparison.Ordinal));
        foreach (var path in new[] { Page, Page + "/containers", Page + "/exceptions", Page + "/configuration" })
        {
            Assert.Equal((path, sees ? HttpStatusCode.OK : HttpStatusCode.NotFound), (path, (await GetAsync(user, path)).StatusCode));
        }
    }

    [Fact]
    public async Task One_that_is_not_there_looks_as_one_that_may_not_be_seen()
    {
        var hidden = await (await GetAsync("other", Page)).Content.ReadAsStringAsync();
        var missing = await (await GetAsync("other", "/topologies/nowhere")).Content.ReadAsStringAsync();
        Assert.Equal(missing, hidden.Replace("exclamation", "nowhere", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("looker", "told")]
    [InlineData("other", "")]
    [InlineData("reader", "told untold")]
    public async Task A_lost_topology_is_shown_to_whom_its_containers_place_lets_see_it_and_without_a_place_to_who_may_see_all(
        string user, string sees)
    {
        var told = new TopologyIdentity("nomad", "ads", "devel", "told", "told-1");
        _server.Scheduler.Start(told, [0, 1]);
        _server.Scheduler.Start(new TopologyIdentity("", "", "", "untold", "untold-1"), [0, 1]);
        await Poll.UntilAsync(
            async () => (await TextAsync("reader", "/api/v1/topologies?state=lost")).Contains("untold-1", StringComparison.Ordinal),
            () => "the lost topologies are not listed");

        var list = await TextAsync(user, "/api/v1/topologies?state=lost");
        var page = await TextAsync(user, "/");
        foreach (var name in new[] { "told", "untold" })
        {
            var isSeen = sees.Split(' ').Contains(name);
            Assert.Equal(isSeen, list.Contains($"\"{name}\"", StringComparison.Ordinal));
            Assert.Equal(isSeen, page.Contains($"/topologies/{name}\"", StringComparison.Ordinal));
            using var described = await GetAsync(user, $"/api/v1/topologies/nomad/ads/devel/{name}");
            Assert.Equal(
                user == "other" ? HttpStatusCode.Forbidden : isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound, described.StatusCode);
        }

        Assert.Equal(user == "reader" ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await GetAsync(user, "/topologies/told")).StatusCode);
    }

    [Fact]
    public async Task Tools_and_the_servers_own_pages_need_more()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("looker", Page + "/containers/1/tools?tool=jstack&instance=x")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("reader", Page + "/containers/1/tools?tool=jstack&instance=x")).StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await GetAsync("alice", Page + "/containers/1/tools?tool=jstack&instance=x")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("alice", "/server")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("reader", "/server")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("nobody", "/")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("nobody", Page)).StatusCode);
    }

    private async Task<string> TextAsync(string user, string path)
    {
        using var answer = await GetAsync(user, path);
        return await answer.Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> GetAsync(string user, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = Basic(user);
        return _server.Client.SendAsync(request);
    }

    private static AuthenticationHeaderValue Basic(string user) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":secret")));
}
