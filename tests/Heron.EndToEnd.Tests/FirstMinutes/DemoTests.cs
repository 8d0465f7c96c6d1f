// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.FirstMinutes;

/// <summary>scripts/demo.sh, with what is built already.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("demo-test-").FullName;

    private string Kept => Path.Join(_folder, "a demo");

    private Dictionary<string, string> Environment => new() { ["TMPDIR"] = _folder, ["HERON_DEMO_FOLDER"] = Kept };

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public async Task The_demo_submits_shows_kills_ends_with_OK_and_leaves_nothing()
    {
        var (status, output) = await Shell.RunAsync("./scripts/demo.sh", Environment);
        Assert.True(status == 0, output);
        Assert.Equal("OK: submitted, ran 3 containers, killed, stopped", output.TrimEnd().Split('\n')[^1]);
        Assert.Contains("[STDOUT] stdout: exclaim1 1: ", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_folder, "heron-demo*"));
        Assert.Empty(Shell.ProcessesOf(_folder));
    }

    [Fact]
    public async Task A_kept_demo_is_told_again_and_stopped_whole_even_when_its_server_has_died()
    {
        try
        {
            var (status, first) = await Shell.RunAsync("./scripts/demo.sh --keep", Environment);
            Assert.True(status == 0, first);
            var page = first.Split('\n').Single(line => line.StartsWith("The demo runs.", StringComparison.Ordinal));
            (status, var second) = await Shell.RunAsync("./scripts/demo.sh --keep", Environment);
            Assert.True(status == 0 && second.Contains(page, StringComparison.Ordinal), second);
            Assert.DoesNotContain("== start", second, StringComparison.Ordinal);

            // Answers are lines in whatever shell they are asked for.
            foreach (var shell in ((string[])["bash", "dash", "zsh -f"]).Where(shell => File.Exists("/usr/bin/" + shell.Split(' ')[0])))
            {
                (status, var answers) = await Shell.RunAsync($"{shell} -c '. \"$HERON_DEMO_FOLDER/env\"; curl $SERVER/health/live; curl -X POST $T/activate; echo end'", Environment);
                Assert.True(status == 0 && answers.Split('\n') is [['{', ..], ['{', ..], "end", ""], answers);
            }

            await Shell.RunAsync($"kill -KILL $(cat '{Kept}/server.pid')", Environment);
            Assert.NotEmpty(Shell.ProcessesOf(Kept));
        }
        finally
        {
            var (status, output) = await Shell.RunAsync("./scripts/demo.sh --stop", Environment);
            Assert.True(status == 0, output);
        }

        Assert.Empty(Shell.ProcessesOf(Kept));
        Assert.False(Directory.Exists(Kept));
    }

    [Fact]
    public async Task A_folder_of_somebody_else_is_neither_used_nor_removed()
    {
        Directory.CreateDirectory(Kept);
        await File.WriteAllTextAsync(Path.Join(Kept, "server.pid"), "1\n");
        var (status, output) = await Shell.RunAsync("./scripts/demo.sh --stop && ./scripts/demo.sh --keep", Environment);
        Assert.Equal(1, status);
        Assert.Contains("no demo is in", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(Kept, "server.pid")));
    }
}
