// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Packages.Store;
using Heron.Testing.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>Submissions whose packages go somewhere else than into the server's own store.</summary>
public sealed class UploaderTests
{
    private const string Topology = "/api/v1/topologies/nomad/ads/devel/exclamation";

    [Fact]
    public async Task Package_goes_to_the_shared_folder_of_its_role_and_leaves_it_with_the_topology()
    {
        using var shared = new Folder();
        await using var server = await StartAsync(
            "folder", "heron.uploader.localfs.file.system.directory", shared.Path + "/${CLUSTER}/${ROLE}/${TOPOLOGY}");
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);

        var package = server.Scheduler.Running.Values.Single().Package;
        var path = new Uri(package.Uri).LocalPath;
        Assert.StartsWith(shared.Path + "/nomad/ads/exclamation/topology-", path, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))), package.Sha256);

        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Topology)).StatusCode);
        Assert.Empty(shared.Files());
        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task Package_in_the_shared_folder_is_taken_back_when_scheduling_fails()
    {
        using var shared = new Folder();
        await using var server = await StartAsync(
            "folder", "heron.uploader.localfs.file.system.directory", shared.Path);
        server.Scheduler.OnSchedule = (_, _) => throw new Heron.Core.HeronException(Heron.Core.FaultKind.BadGateway, "no");
        Assert.Equal(HttpStatusCode.BadGateway, (await SubmitAsync(server)).StatusCode);
        Assert.Empty(shared.Files());
        Assert.False(await server.State.IsTopologyRunningAsync("exclamation", default));
    }

    [Fact]
    public async Task Package_goes_to_another_server_that_serves_the_same_bytes()
    {
        await using var other = await TestServer.StartAsync();
        await using var server = await StartAsync(
            "HTTP", "heron.uploader.http.uri", $"http://127.0.0.1:{other.Port}/api/v1/file/upload");
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);

        var package = server.Scheduler.Running.Values.Single().Package;
        Assert.Equal(other.Port, new Uri(package.Uri).Port);
        var bytes = await other.Client.GetByteArrayAsync(new Uri(package.Uri).AbsolutePath);
        Assert.Equal(package.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task Upload_server_that_is_down_fails_the_submission_and_leaves_nothing()
    {
        int port;
        await using (var gone = await TestServer.StartAsync())
        {
            port = gone.Port;
        }

        await using var server = await StartAsync(
            "HTTP", "heron.uploader.http.uri", $"http://127.0.0.1:{port}/api/v1/file/upload");
        var recorded = Assert.Single(ReferenceCase.Read("uploader-down").Steps, s => s.Operation == "submit");
        var response = await recorded.SendAsync(server.Client);

        // Different on purpose: the Java server answered 500 and named a temporary folder of its own.
        Assert.Equal(500, recorded.Response!.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("heron.uploader.http.uri", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await server.State.IsTopologyRunningAsync("exclamation", default));
        Assert.Empty(server.StoredFiles());
        Assert.Empty(server.Scheduler.Running);
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("folder")]
    public async Task Package_that_the_Java_server_stored_here_goes_with_its_topology(string part)
    {
        const string Name = "11111111-2222-3333-4444-555555555555-topology.tar.gz";
        using var shared = new Folder();
        await using var server = await StartAsync(part, "heron.uploader.localfs.file.system.directory", shared.Path);
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);

        // As after the Java server: the state and the containers are there, and a file about which nothing is noted.
        foreach (var file in server.StoredFiles().Select(f => Path.Join(server.Store, f)).Concat(shared.Files()))
        {
            File.Delete(file);
        }

        await File.WriteAllTextAsync(Path.Join(server.Store, Name), "package");
        server.Scheduler.PackageUri = "http://old-host:9000/api/v1/file/download/" + Name;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Topology)).StatusCode);
        Assert.Empty(server.StoredFiles());
    }

    [Theory]
    [InlineData("http://apiserver:9000/api/v1/file/download/{other}")]
    [InlineData("http://apiserver:9000/api/v1/file/download/../{other}")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    public async Task What_containers_fetch_is_not_removed_when_it_is_not_provably_theirs(string uri)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server)).StatusCode);
        var other = server.Services.GetRequiredService<Heron.Packages.Store.PackageStore>();
        using var file = other.Stage("test");
        file.Write("package of another topology"u8);
        file.Complete();
        var name = other.Publish(new NewPackage(file.Path, file.Sha256, file.Length)
        {
            ClientName = "topology.tar.gz",
            TopologyId = "another-topology",
        }).Value;
        Directory.Delete(Path.Join(server.Store, ".published"), recursive: true);
        Directory.CreateDirectory(Path.Join(server.Store, ".published"));

        server.Scheduler.PackageUri = uri.Replace("{other}", name, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Topology)).StatusCode);
        Assert.Equal([$".content/{file.Sha256}", $".meta/{name}.json", name], server.StoredFiles());
    }

    [Fact]
    public async Task Form_cannot_choose_where_the_server_writes()
    {
        using var shared = new Folder();
        using var elsewhere = new Folder();
        await using var server = await StartAsync(
            "folder", "heron.uploader.localfs.file.system.directory", shared.Path);
        var fields = Forms.Fields();
        fields["heron.uploader.localfs.file.system.directory"] = elsewhere.Path;
        Assert.Equal(HttpStatusCode.Forbidden, (await SubmitAsync(server, fields)).StatusCode);
        Assert.Empty(elsewhere.Files());
        Assert.Empty(shared.Files());
    }

    private static Task<HttpResponseMessage> SubmitAsync(TestServer server, Dictionary<string, string>? fields = null) =>
        server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields)));

    private static Task<TestServer> StartAsync(string part, string key, string value) => TestServer.StartAsync(
        overrides: new Dictionary<string, string> { [key] = value },
        replace: services => services.AddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<ServerConfiguration>();
            var config = configuration.ForRequest([new(ConfigKeys.Cluster, "nomad")], []).Local;
            return TestParts.Make(
                PartCatalog.Shipped.Uploaders.Single(uploader => uploader.Name == part), config, services: provider);
        }));

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("heron-shared-").FullName;

        public string[] Files() => Directory.GetFiles(Path, "*", SearchOption.AllDirectories);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
