// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heron.ApiServer;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Install;

/// <summary>
/// The upgrade from 0.1.0 and the way back. What 0.1.0 left behind is recorded; that it reads what this version writes is known by the
/// files and fields that it wrote itself. scripts/takeover.sh runs both programs.
/// </summary>
public sealed partial class EarlierVersionTests : IDisposable
{
    private const string Recorded = "version-0.1.0";
    private static readonly string[] Texts = [".json", ""];

    private readonly ServerHome _home = new();

    public void Dispose()
    {
        // What a test that failed left running.
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Join(process, "environ")).Contains($"HERON_LOCAL_CONTAINER={_home.Path}/", StringComparison.Ordinal))
                {
                    Tool.Run("kill", "-KILL", Path.GetFileName(process));
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is somebody else's.
            }
        }

        _home.Dispose();
    }

    [Fact]
    public async Task Topologies_that_0_1_0_left_are_listed_run_again_and_can_be_restarted_and_killed()
    {
        await using var server = await StartWithRecordedAsync();
        Assert.EndsWith($"heron-apiserver {ServerVersion.Text} starts", server.Output[0], StringComparison.Ordinal);
        var listed = JsonNode.Parse(await server.Client.GetStringAsync("/api/v1/topologies"))!.ToJsonString();
        Assert.Contains("\"ExclamationTopology\"", listed, StringComparison.Ordinal);
        Assert.Contains("\"Acking\"", listed, StringComparison.Ordinal);

        // With the start script, command and package of 0.1.0.
        await Poll.UntilAsync(() => Reports("ExclamationTopology").Count == 3 && Reports("Acking").Count == 3, "all containers run again");
        var described = await server.Client.GetStringAsync("/api/v1/topologies/local/ops/dev/ExclamationTopology");
        Assert.Contains("exclaim1", described, StringComparison.Ordinal);

        var report = Reports("ExclamationTopology").Single(path => path.Contains("container-1/", StringComparison.Ordinal));
        var before = await File.ReadAllTextAsync(report);
        using var restart = new FormUrlEncodedContent([new("container_id", "1")]);
        (await server.Client.PostAsync("/api/v1/topologies/local/ops/dev/ExclamationTopology/restart", restart)).EnsureSuccessStatusCode();
        await Poll.UntilAsync(() => File.Exists(report) && File.ReadAllText(report) is { Length: > 0 } now && now != before, "the container is another process");

        foreach (var name in (string[])["ExclamationTopology", "Acking"])
        {
            (await server.Client.DeleteAsync($"/api/v1/topologies/local/ops/dev/{name}")).EnsureSuccessStatusCode();
        }

        Assert.Empty(Directory.EnumerateFiles(At("repository", "state"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(At("repository", "topologies"), "*.tar.gz"));
        Assert.Empty(Directory.EnumerateDirectories(At("topologies", "local", ".heron-containers", "local")));
    }

    [Fact]
    public async Task What_a_submission_leaves_has_every_file_and_field_that_0_1_0_reads()
    {
        var core = NotingCore();
        await using (var server = await ServerProcess.StartAsync(
            ServerProcess.Product, _home.Path, ["--cluster", "local", "--heron-core-package-path", core]))
        {
            using var submitted = await Submit.SendAsync(server.Client, "local");
            Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
            await Poll.UntilAsync(() => Reports("ExclamationTopology").Count == 3, "all containers run");

            var ours = Shape(At());
            foreach (var (file, fields) in Shape(Fixtures.File(Recorded)).Where(shape => !shape.Key.Contains("Acking", StringComparison.Ordinal)))
            {
                Assert.True(ours.TryGetValue(file, out var now), $"{file} is not there; there are: {string.Join(", ", ours.Keys)}");
                Assert.Empty(fields.Except(now).Select(field => $"{file}: {field}"));
            }

            (await server.Client.DeleteAsync(Submit.TopologyPath.Replace("/nomad/", "/local/", StringComparison.Ordinal))).EnsureSuccessStatusCode();
        }
    }

    // Every file with its JSON fields and their kinds; what differs from one submission to the next is '*'.
    private static Dictionary<string, HashSet<string>> Shape(string folder)
    {
        var shapes = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var fields = new HashSet<string>(StringComparer.Ordinal);
            if (Path.GetExtension(path) == ".json")
            {
                using var document = JsonDocument.Parse(File.ReadAllText(path));
                Collect(document.RootElement, "", fields);
            }

            var name = Unique().Replace(Path.GetRelativePath(folder, path), "*");
            (shapes.TryGetValue(name, out var known) ? known : shapes[name] = []).UnionWith(fields);
        }

        return shapes;
    }

    private static void Collect(JsonElement element, string at, HashSet<string> fields)
    {
        fields.Add($"{at} {(element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind)}");
        foreach (var property in element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().ToArray() : [])
        {
            Collect(property.Value, $"{at}/{property.Name}", fields);
        }
    }

    private string At(params string[] parts) => Path.Join([_home.Path, ".herondata", .. parts]);

    private List<string> Reports(string topology) => !Directory.Exists(At("topologies", "local", "ops")) ? [] :
    [
        .. Directory.EnumerateFiles(At("topologies", "local", "ops"), "demo-report.txt", SearchOption.AllDirectories)
            .Where(path => path.Contains(topology, StringComparison.Ordinal) && !path.Contains("previous-runs", StringComparison.Ordinal)),
    ];

    private string NotingCore()
    {
        var core = Path.Join(_home.Path, "heron-core.tar.gz");
        Tool.Run("tar", "-C", Fixtures.File("noting-core"), "-czf", core, ".").Succeeded();
        return core;
    }

    // The data, as if it had been written here: with this home, and with the port that this server will have.
    private async Task<ServerProcess> StartWithRecordedAsync()
    {
        var port = Loopback.FreePorts(1)[0];
        Tool.Run("cp", "-r", Fixtures.File(Recorded), At()).Succeeded();
        foreach (var file in Directory.EnumerateFiles(At(), "*", SearchOption.AllDirectories).Where(f => Texts.Contains(Path.GetExtension(f))))
        {
            // State is binary, and names neither.
            if (!file.Contains("/state/", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file))
                    .Replace("/tmp/heron-recorded", _home.Path, StringComparison.Ordinal)
                    .Replace("127.0.0.1:29000", $"127.0.0.1:{port}", StringComparison.Ordinal));
            }
        }

        return await ServerProcess.StartAsync(
            ServerProcess.Product, _home.Path, ["--cluster", "local", "--port", $"{port}", "--heron-core-package-path", NotingCore()]);
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")]
    private static partial Regex Unique();
}
