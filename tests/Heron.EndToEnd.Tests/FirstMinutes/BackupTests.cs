// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing.Documents;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.FirstMinutes;

/// <summary>The commands of docs/operating.md that save and bring back what a server keeps.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly ServerHome _home = new();
    private readonly string _backup = Directory.CreateTempSubdirectory("heron-backup-").FullName;

    public void Dispose()
    {
        _home.Dispose();
        Directory.Delete(_backup, recursive: true);
    }

    [Fact]
    public async Task What_is_saved_while_a_server_runs_is_all_that_the_next_one_needs()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions());
        IReadOnlyList<string> packages;
        await using (var server = await StartAsync(nomad))
        {
            using var submitted = await Submit.SendAsync(server.Client);
            Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
            packages = [.. _home.StoredFiles().Order(StringComparer.Ordinal)];
            await RunAsync("backup");
            server.Signal("TERM");
            Assert.Equal(0, await server.EndAsync());
        }

        Directory.Delete(_home.Store, recursive: true);
        Directory.Delete(_home.State, recursive: true);
        await RunAsync("restore");
        Assert.Equal(packages, _home.StoredFiles().Order(StringComparer.Ordinal));

        await using var next = await StartAsync(nomad);
        Assert.Contains(Submit.TopologyId, await next.Client.GetStringAsync(Submit.TopologyPath), StringComparison.Ordinal);
        using var package = await next.Client.GetAsync("/api/v1/file/download/" + packages.Single(file => file.EndsWith("topology.tar.gz", StringComparison.Ordinal) && file[0] != '.'));
        Assert.Equal(HttpStatusCode.OK, package.StatusCode);
        Assert.Contains(Submit.Name, await next.Client.GetStringAsync("/api/v1/events"), StringComparison.Ordinal);

        using var killed = await next.Client.DeleteAsync(Submit.TopologyPath);
        Assert.Equal(HttpStatusCode.OK, killed.StatusCode);
        Assert.Empty(nomad.JobIds);
        Assert.Empty(_home.StoredFiles());
        Assert.Empty(_home.StateFiles());
    }

    private Task<ServerProcess> StartAsync(ScriptedNomad nomad) =>
        ServerProcess.StartAsync(ServerProcess.Product, _home.Path, _home.Arguments(nomad.Uri));

    private async Task RunAsync(string what)
    {
        var commands = Assert.Single(CodeBlock.Of("docs/operating.md"), block => block.Info == "sh " + what).Text;
        var (status, output) = await Shell.RunAsync(
            "set -e\n" + commands, new Dictionary<string, string> { ["STORE"] = _home.Store, ["STATE"] = _home.State, ["BACKUP"] = _backup });
        Assert.True(status == 0, output);
    }
}
