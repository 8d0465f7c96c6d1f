// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.StandIn;

namespace Heron.EndToEnd.Tests;

/// <summary>
/// A submission against a Nomad that really runs the tasks: the job's script is started as raw_exec would, fetches core
/// and package from the server over HTTP, checks the digest and starts a stand-in executor.
/// </summary>
public sealed class RealTasksTests
{
    [Fact]
    public async Task Tasks_download_core_and_package_check_the_digest_and_start_the_executor()
    {
        using var home = new ServerHome();
        var records = Path.Join(home.Path, "records");
        var core = Path.Join(home.Path, "heron-core.tar.gz");
        StandInCorePackage.Write(core, new StandInCoreOptions { RecordFolder = records });
        await using var nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { RunsTasks = true });
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product, home.Path, home.Arguments(nomad.Uri, "--heron-core-package-path", core));

        var response = await Submit.SendAsync(server.Client);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        var id = nomad.JobIds[0][..^2];
        for (var container = 0; container <= 2; container++)
        {
            var record = await RecordAsync(records, id, container, nomad);
            var arguments = record.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()!).ToList();
            Assert.Contains(arguments, a => a == $"--shard={container}");
            Assert.Contains(arguments, a => a == "--topology-name=" + Submit.Name);
            Assert.Contains(arguments, a => a == "--topology-binary-file=tiny.pex");
            Assert.Contains(arguments, a => a == "--pkg-type=pex");
            var folder = record.GetProperty("folder").GetString()!;
            Assert.Equal(100_000, new FileInfo(Path.Join(folder, "tiny.pex")).Length);
            Assert.True(File.Exists(Path.Join(folder, "heron-conf", "override.yaml")));
        }

        var package = home.StoredFiles().Single(f => f.EndsWith("topology.tar.gz", StringComparison.Ordinal) && f[0] != '.');
        await AssertDownloadedOnceByEachAsync(server, "core");
        await AssertDownloadedOnceByEachAsync(server, package);
        await AssertRefusesAnotherDigestAsync(home, nomad, server, id, package);

        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Submit.TopologyPath)).StatusCode);
        Assert.Empty(nomad.JobIds);
        Assert.Empty(home.StoredFiles());
    }

    private static async Task AssertDownloadedOnceByEachAsync(ServerProcess server, string what)
    {
        // The server writes its line when the task has long gone on.
        await Poll.UntilAsync(() => Downloads() >= 3, $"three downloads of {what} in the log");
        Assert.Equal(3, Downloads());

        int Downloads() => server.Output.Count(l => l.Contains($"GET /api/v1/file/download/{what} -> 200", StringComparison.Ordinal));
    }

    private static async Task AssertRefusesAnotherDigestAsync(
        ServerHome home, ScriptedNomad nomad, ServerProcess server, string id, string package)
    {
        var path = Path.Join(home.Store, package);
        var sound = await File.ReadAllBytesAsync(path);
        var starts = nomad.Allocations(id + "-1").Count;
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(sound.Length));
        var restart = server.Client.PostAsync(
            Submit.TopologyPath + "/restart", new FormUrlEncodedContent([new("container_id", "1")]));
        await Poll.UntilAsync(
            () => nomad.Allocations(id + "-1").Skip(starts).Any(a => a.Logs.Contains("SHA-256", StringComparison.OrdinalIgnoreCase)),
            "the task refuses the package");
        await File.WriteAllBytesAsync(path, sound);
        await restart;
    }

    private static async Task<JsonElement> RecordAsync(string records, string id, int container, ScriptedNomad nomad)
    {
        var path = Path.Join(records, $"{id}-{container}.json");
        await Poll.UntilAsync(
            () => File.Exists(path) && File.ReadAllText(path).EndsWith('}'), $"container {container} runs");
        Assert.NotEmpty(nomad.Allocations($"{id}-{container}"));
        return JsonDocument.Parse(await File.ReadAllTextAsync(path)).RootElement;
    }
}
