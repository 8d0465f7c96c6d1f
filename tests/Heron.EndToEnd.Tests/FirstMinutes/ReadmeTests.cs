// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Documents;

namespace Heron.EndToEnd.Tests.FirstMinutes;

/// <summary>README.md, pasted: every block that is marked <c>sh</c>, in order, in one shell.</summary>
public sealed class ReadmeTests : IDisposable
{
    private const string Folder = "artifacts/demo";

    private const string Environs = ". " + Folder + "/env";

    private const string Preamble = """
        set -euE
        trap 'echo "FAILED: $BASH_COMMAND"' ERR
        """;

    // A status of 400 or more is a failure; the line that failed is told. A daemon that this machine lets wait for longer than the server
    // does is a 503, after which the same request may be sent again.
    private const string Curl = """curl() { command curl -sS --retry 9 --retry-delay 1 --fail-with-body "$@" && echo; }""";

    private readonly string _folder = Directory.CreateTempSubdirectory("readme-").FullName;

    private Dictionary<string, string> Environment => new() { ["HERON_DEMO_FOLDER"] = Path.Join(_folder, "demo") };

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public async Task Every_command_of_the_README_works_when_pasted_in_order()
    {
        var blocks = CodeBlock.Of("README.md").Where(block => block.Info == "sh").Select(block => block.Text).ToList();
        Assert.True(blocks.Count > 4, "the README has no blocks to paste");
        var pasted = string.Join('\n', string.Join('\n', blocks).Split('\n').Select(
            line => line.StartsWith(Environs, StringComparison.Ordinal) ? $"{line}\n{Curl}" : line));
        Assert.Contains(Curl, pasted, StringComparison.Ordinal);
        try
        {
            var (status, output) = await Shell.RunAsync(
                Preamble + "\n" + pasted.Replace(Folder, Environment["HERON_DEMO_FOLDER"], StringComparison.Ordinal), Environment);
            Assert.True(status == 0, output);
            Assert.DoesNotContain("FAILED", output, StringComparison.Ordinal);
            Assert.EndsWith("OK: stopped, and nothing is left of it", output.TrimEnd(), StringComparison.Ordinal);
        }
        finally
        {
            await Shell.RunAsync("./scripts/demo.sh --stop", Environment);
        }

        Assert.Empty(Shell.ProcessesOf(_folder));
    }
}
