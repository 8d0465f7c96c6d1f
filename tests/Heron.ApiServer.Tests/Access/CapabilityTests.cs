// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Packages.Store;
using Heron.Testing;
using Heron.Testing.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

/// <summary>What containers fetch: addresses that are good for one file, as long as its topology runs.</summary>
public sealed class CapabilityTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-capabilities-").FullName;
    private readonly FakeScheduler _scheduler = new();

    private string Users => Path.Join(_folder, "users.yaml");

    private string Core => Path.Join(_folder, "heron-core.tar.gz");

    private string KeyFile => Path.Join(_folder, "store", ".server", DownloadKeys.FileName);

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Core, "core");
        await File.WriteAllTextAsync(
            Users,
            $$"""
            users:
              alice: { password: '{{BCrypt.Net.BCrypt.HashPassword("secret", 4)}}', rights: ['submit,operate *'] }
            """);
    }

    public ValueTask DisposeAsync()
    {
        Scratch.Delete(_folder);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_address_is_good_for_its_file_alone_and_until_the_kill()
    {
        await using var server = await StartAsync();
        var path = await SubmitAsync(server);
        Assert.Matches("^/api/v1/file/download/[0-9a-f]{8}\\.[A-Za-z0-9_-]{43}/[0-9a-f-]{36}-topology\\.tar\\.gz$", path);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server, path));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server, path + ".sha256"));

        var (capability, name) = (path.Split('/')[^2], path.Split('/')[^1]);
        var changed = (capability[^1] == 'A' ? "B" : "A") + capability[1..];
        var uploaded = new Uri(await UploadAsync(server)).AbsolutePath;
        foreach (var wrong in new[]
        {
            $"/api/v1/file/download/{name}", $"/api/v1/file/download/{name}.sha256", $"/api/v1/file/download/{changed}/{name}",
            $"/api/v1/file/download/{capability[..^2]}/{name}", $"/api/v1/file/download/{uploaded.Split('/')[^2]}/{name}",
            $"/api/v1/file/download/x/{name}",
        })
        {
            Assert.Equal((wrong, HttpStatusCode.NotFound), (wrong, await GetAsync(server, wrong)));
        }

        Assert.Equal(HttpStatusCode.OK, await GetAsync(server, uploaded));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, HttpMethod.Delete, "/api/v1/topologies/nomad/ads/devel/exclamation")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(server, path));
    }

    [Fact]
    public async Task Addresses_stay_good_over_restarts_and_new_keys()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        string first;
        await using (var server = await StartAsync(time))
        {
            first = await SubmitAsync(server);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Single(await File.ReadAllLinesAsync(KeyFile));
        time.Advance(DownloadKeys.Lifetime + TimeSpan.FromDays(1));
        await using (var server = await StartAsync(time))
        {
            Assert.Equal(2, (await File.ReadAllLinesAsync(KeyFile)).Length);
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server, first));
            var later = new Uri(await UploadAsync(server)).AbsolutePath;
            Assert.NotEqual(first.Split('/')[^2][..8], later.Split('/')[^2][..8]);
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server, later));
        }
    }

    [Fact]
    public async Task Without_login_addresses_are_as_ever_and_those_of_before_stay_good_either_way()
    {
        string plain;
        await using (var server = await TestServer.StartAsync(folder: _folder, scheduler: _scheduler))
        {
            plain = await SubmitAsync(server);
            Assert.Matches("^/api/v1/file/download/[0-9a-f-]{36}-topology\\.tar\\.gz$", plain);
        }

        string signed;
        await using (var server = await StartAsync())
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server, plain));
            signed = new Uri(await UploadAsync(server)).AbsolutePath;
        }

        await using (var server = await TestServer.StartAsync(folder: _folder, scheduler: _scheduler))
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server, signed));
        }
    }

    [Fact]
    public async Task Heron_core_is_open_or_needs_the_clusters_token_as_configured()
    {
        await using (var open = await StartAsync())
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync(open, "/api/v1/file/download/core"));
            Assert.Equal("/api/v1/file/download/core", new Uri(open.Services.GetRequiredService<ServerUrls>().Core).AbsolutePath);
        }

        await using var closed = await StartAsync(coreNeedsToken: true);
        var urls = closed.Services.GetRequiredService<ServerUrls>();
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(closed, "/api/v1/file/download/core"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(closed, "/api/v1/file/download/core/0.20.5"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(closed, "/api/v1/file/download/x/core"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(closed, new Uri(urls.Core).AbsolutePath));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(closed, new Uri(urls.Core).AbsolutePath + ".sha256"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(closed, new Uri(urls.CoreOf("0.20.5")).AbsolutePath));
    }

    [Fact]
    public async Task An_address_is_masked_where_text_leaves_the_server()
    {
        await using var server = await StartAsync();
        var uri = await UploadAsync(server);
        var shown = SecretMask.In($"fetches {uri} now");
        Assert.DoesNotContain(uri.Split('/')[^2], shown, StringComparison.Ordinal);
        Assert.EndsWith($"/api/v1/file/download/{SecretMask.Masked}/{uri.Split('/')[^1]} now", shown, StringComparison.Ordinal);
    }

    private Task<TestServer> StartAsync(TimeProvider? time = null, bool coreNeedsToken = false) => TestServer.StartAsync(
        folder: _folder,
        scheduler: _scheduler,
        corePackage: Core,
        access: new AccessOptions { UsersFile = Users },
        keys: DownloadKeys.Open(Directory.CreateDirectory(Path.Join(_folder, "store")).FullName, time ?? TimeProvider.System),
        coreNeedsToken: coreNeedsToken);

    /// <summary>The path of the package that the topology's containers fetch.</summary>
    private async Task<string> SubmitAsync(TestServer server)
    {
        var answer = await SendAsync(server, HttpMethod.Post, "/api/v1/topologies", Forms.Content(Forms.Submission()));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new Uri(_scheduler.Running.Values.Single().PackageUri).AbsolutePath;
    }

    private static async Task<string> UploadAsync(TestServer server) => await (await SendAsync(
        server, HttpMethod.Post, "/api/v1/file/upload", Forms.Content(Forms.Body([], ("file", "filename=\"a.tar.gz\"", "x"u8.ToArray()))))).Content.ReadAsStringAsync();

    private static async Task<HttpStatusCode> GetAsync(TestServer server, string path) => (await server.Client.GetAsync(path)).StatusCode;

    private static Task<HttpResponseMessage> SendAsync(TestServer server, HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("alice:secret")));
        return server.Client.SendAsync(request);
    }
}
