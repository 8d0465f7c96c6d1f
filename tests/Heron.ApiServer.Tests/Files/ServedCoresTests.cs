// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Files;

/// <summary>A folder of cores: each topology gets the one that it names.</summary>
public sealed class ServedCoresTests : IDisposable
{
    private const string Version = "heron.core.version";

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-cores-").FullName;

    public ServedCoresTests()
    {
        Put("0.20.5-incubating", "new");
        Put("0.20.4-incubating", "old");
    }

    public void Dispose() => Scratch.Delete(_folder);

    [Theory]
    [InlineData("0.20.5-incubating", "0.20.5-incubating", "new")]
    [InlineData("0.20.4", "0.20.4-incubating", "old")]
    public async Task A_topology_gets_the_core_that_it_names_and_no_other(string named, string release, string content)
    {
        await using var server = await TestServer.StartAsync(corePackage: _folder);
        Assert.Equal(201, (await SubmitAsync(server, named)).Status);
        var deployment = server.Scheduler.Running.Values.Single();
        var uri = $"http://apiserver.example:{server.Port}/api/v1/file/download/core/{release}";
        Assert.Equal(uri, deployment.Config.Local.GetString(ConfigKeys.CorePackageUri));
        Assert.Equal(uri, deployment.Config.Node.GetString(ConfigKeys.CorePackageUri));
        Assert.Equal(named, deployment.Core.Text);
        Assert.Equal(content, await server.Client.GetStringAsync(new Uri(uri).AbsolutePath));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0.17.8")]
    public async Task A_submission_that_names_none_of_several_or_one_that_is_not_there_is_told_which_there_are(string? named)
    {
        await using var server = await TestServer.StartAsync(corePackage: _folder);
        var (status, message) = await SubmitAsync(server, named);
        Assert.Equal(422, status);
        Assert.Contains("0.20.4-incubating, 0.20.5-incubating", message, StringComparison.Ordinal);
        Assert.Empty(server.Scheduler.Running);
        Assert.Empty(server.StoredFiles());
    }

    // The daemons of either side publish themselves in a directory of the state in which the other side's server never looks.
    [Theory]
    [InlineData("0.20.5-incubating", "0.17.8", "tmasters", "before 0.20.3")]
    [InlineData("0.17.8", "0.20.5-incubating", "tmanagers", "at least 0.20.3")]
    public async Task A_submission_of_a_core_whose_state_this_server_does_not_read_is_refused_before_anything_is_stored(
        string servers, string submissions, string directory, string where)
    {
        Put("0.17.8", "older");
        await using var server = await TestServer.StartAsync(
            corePackage: _folder, overrides: new Dictionary<string, string> { [Version] = servers });
        var (status, message) = await SubmitAsync(server, submissions);
        Assert.Equal(422, status);
        Assert.Contains(directory, message, StringComparison.Ordinal);
        Assert.Contains(where, message, StringComparison.Ordinal);
        Assert.Empty(server.Scheduler.Running);
        Assert.Empty(server.StoredFiles());
        Assert.Equal(201, (await SubmitAsync(server, servers)).Status);
    }

    [Fact]
    public async Task The_operator_s_default_is_for_those_that_name_none()
    {
        await using var server = await TestServer.StartAsync(
            corePackage: _folder, overrides: new Dictionary<string, string> { [Version] = "0.20.4-incubating" });
        Assert.Equal("old", await server.Client.GetStringAsync("/api/v1/file/download/core"));
        Assert.Equal(201, (await SubmitAsync(server, null)).Status);
        Assert.EndsWith(
            "/core/0.20.4-incubating",
            server.Scheduler.Running.Values.Single().Config.Local.GetString(ConfigKeys.CorePackageUri),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_is_replaced_or_added_by_a_rename_is_served_with_the_next_request()
    {
        await using var server = await TestServer.StartAsync(corePackage: _folder);
        const string Path = "/api/v1/file/download/core/0.20.5-incubating";
        Assert.Equal("new", await server.Client.GetStringAsync(Path));
        Put("0.20.5-incubating", "newer");
        Put("0.21.0", "newest");
        Assert.Equal("newer", await server.Client.GetStringAsync(Path));
        Assert.Equal("newest", await server.Client.GetStringAsync("/api/v1/file/download/core/0.21.0"));
        Assert.Equal(201, (await SubmitAsync(server, "0.21.0")).Status);
    }

    private static async Task<(int Status, string Message)> SubmitAsync(TestServer server, string? version)
    {
        var fields = Forms.Fields();
        if (version is not null)
        {
            fields[Version] = version;
        }

        var response = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields)));
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, body.RootElement.TryGetProperty("message", out var message) ? message.GetString()! : "");
    }

    private void Put(string release, string content)
    {
        var path = Path.Join(_folder, $"heron-core-{release}.tar.gz");
        File.WriteAllText(path + ".part", content);
        File.Move(path + ".part", path, overwrite: true);
    }
}
