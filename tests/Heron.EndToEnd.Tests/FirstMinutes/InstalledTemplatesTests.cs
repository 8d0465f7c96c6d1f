// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.FirstMinutes;

/// <summary>The program on a machine on which Heron is installed.</summary>
public sealed class InstalledTemplatesTests
{
    [Fact]
    public async Task A_server_takes_the_templates_below_HOME_and_says_so_at_its_start()
    {
        using var home = new ServerHome();
        var installed = Directory.CreateDirectory(Path.Join(home.Path, ".heron", "conf", "local")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Join(Fixtures.RepositoryRoot, "conf", "local")))
        {
            File.Copy(file, Path.Join(installed, Path.GetFileName(file)));
        }

        var store = Path.Join(home.Path, "edited", "store");
        await File.AppendAllTextAsync(Path.Join(installed, "uploader.yaml"), $"\nheron.apiserver.http.file.system.directory: {store}\n");
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product, home.Path, ["--cluster", "local", "-D", "heron.package.core.uri=http://core.example/core.tar.gz"]);

        Assert.Contains(server.Output, line => line.Contains($"the template is {installed}, where Heron's own documentation has it"));
        Assert.Contains(server.Output, line => line.Contains($"packages are in {store}"));
    }
}
