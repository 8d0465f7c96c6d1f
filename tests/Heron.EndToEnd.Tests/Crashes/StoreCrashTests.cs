// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>Kill -9 of the server at every failpoint of an upload and of a sweep, then a restart.</summary>
public sealed partial class StoreCrashTests : IAsyncLifetime
{
    private const int MoreThanThereAre = 20;

    private readonly ServerHome _home = new();
    private ScriptedNomad _nomad = null!;

    public async ValueTask InitializeAsync() => _nomad = await ScriptedNomad.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _nomad.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Killed_at_any_moment_of_an_upload_the_file_is_whole_or_gone_after_the_restart()
    {
        var moments = new List<string>();
        for (var count = 0; count < MoreThanThereAre; count++)
        {
            var moment = await KilledAtAsync("package has its content", count, "0", async server =>
                Assert.Equal(HttpStatusCode.OK, (await UploadAsync(server, $"upload {count}")).StatusCode));
            if (moment is null)
            {
                break;
            }

            moments.Add(moment);
            await AssertWholeAsync(content => content.StartsWith("upload ", StringComparison.Ordinal));
        }

        Assert.Equal(["package has its content", "package is described", "package is published"], moments);
    }

    [Fact]
    public async Task Killed_at_any_moment_of_a_sweep_every_package_is_whole_or_gone_after_the_restart_and_the_next_sweep_goes_on()
    {
        await using (var server = await ServerProcess.StartAsync(ServerProcess.Product, _home.Path, Arguments("0")))
        {
            for (var i = 0; i < 4; i++)
            {
                (await UploadAsync(server, $"old {i}")).EnsureSuccessStatusCode();
            }
        }

        var moments = new HashSet<string>();
        for (var count = 0; count < MoreThanThereAre; count++)
        {
            // Each time: looking whether they are whole was a use of them.
            Age();
            var moment = await KilledAtAsync("package is no longer served", count, "1d", _ => Poll.UntilAsync(
                () => _home.StoredFiles().Count == 0, "all that is old is gone"));
            if (moment is null)
            {
                break;
            }

            moments.Add(moment);
            await AssertWholeAsync(content => content.StartsWith("old ", StringComparison.Ordinal));
        }

        Assert.Equal(["package is no longer served", "package is removed"], moments.Order(StringComparer.Ordinal));
        Assert.Empty(_home.StoredFiles());
    }

    private static async Task<HttpResponseMessage> UploadAsync(ServerProcess server, string content)
    {
        using var form = new MultipartFormDataContent { { new StringContent(content), "file", "x.jar" } };
        return await server.Client.PostAsync("/api/v1/file/upload", form);
    }

    private string[] Arguments(string retention) =>
        [.. _home.Arguments(_nomad.Uri, "-D", "heron.apiserver.http.package.retention=" + retention)];

    /// <summary>The failpoint at which the server was killed, or null when what it was to do ended before so many.</summary>
    private async Task<string?> KilledAtAsync(string from, int count, string retention, Func<ServerProcess, Task> work)
    {
        var reached = Path.Join(_home.Path, "reached");
        File.Delete(reached);
        var environment = new Dictionary<string, string>
        {
            ["HERON_BLOCK_FROM"] = from,
            ["HERON_BLOCK_COUNT"] = count.ToString(),
            ["HERON_BLOCK_REACHED"] = reached,
        };
        await using var server = await ServerProcess.StartAsync(ServerProcess.Blocking, _home.Path, Arguments(retention), environment);
        var done = work(server);
        await Poll.UntilAsync(() => File.Exists(reached) || done.IsCompleted, $"'{from}' and {count} failpoints more are not reached");
        if (!File.Exists(reached))
        {
            await done;
            return null;
        }

        await server.KillAsync();

        // What it waited for in vain is of no interest.
        _ = done.ContinueWith(task => task.Exception, TaskScheduler.Default);
        return await File.ReadAllTextAsync(reached);
    }

    private async Task AssertWholeAsync(Predicate<string> expected)
    {
        await using var server = await ServerProcess.StartAsync(ServerProcess.Product, _home.Path, Arguments("0"));
        using var list = JsonDocument.Parse(await server.Client.GetStringAsync("/api/v1/file"));
        var files = list.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()!).ToList();
        foreach (var file in files)
        {
            Assert.True(expected(await server.Client.GetStringAsync("/api/v1/file/download/" + file)));
        }

        // A name and a description each, and nothing besides.
        Assert.Equal(2 * files.Count, _home.StoredFiles().Count);
    }

    private void Age()
    {
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var description in Directory.GetFiles(Path.Join(_home.Store, ".meta")))
        {
            File.WriteAllText(description, Stored().Replace(File.ReadAllText(description), "\"stored\":\"2020-01-01T00:00:00+00:00\""));
            File.SetLastAccessTimeUtc(Path.Join(_home.Store, Path.GetFileNameWithoutExtension(description)), longAgo);
        }
    }

    [GeneratedRegex("\"stored\":\"[^\"]*\"")]
    private static partial Regex Stored();
}
