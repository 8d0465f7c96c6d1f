// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core.Storage;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests;

/// <summary>What careless upgrades do to the folder of a running server.</summary>
public sealed class ProgramFolderTests : IDisposable
{
    private static readonly string[] Routes =
        ["/api/v1/version", "/api/v1/topologies", "/health/ready", "/metrics", "/", "/api/v1/file", "/tracker/topologies"];

    private readonly ServerHome _home = new();
    private readonly string _folder;

    public ProgramFolderTests()
    {
        _folder = Path.Join(_home.Path, "program");
        Copy(Path.GetDirectoryName(ServerProcess.Product)!, _folder);
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_server_whose_folder_is_removed_goes_on()
    {
        await using var server = await StartAsync();
        Directory.Delete(_folder, recursive: true);

        foreach (var route in Routes)
        {
            using var answer = await server.Client.GetAsync(route);
            Assert.True(answer.IsSuccessStatusCode, $"{route}: {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        // Packages are made of the template as it was at the start.
        using var submitted = await Submit.SendAsync(server.Client, "local");
        Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
        (await server.Client.DeleteAsync(Submit.TopologyPath.Replace("/nomad/", "/local/"))).EnsureSuccessStatusCode();
        server.Signal("TERM");
        Assert.Equal(0, await server.EndAsync());
        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task A_server_whose_files_are_written_over_ends_in_good_order_before_they_are()
    {
        using (var file = Posix.OpenForReading(Path.Join(_folder, "heron-apiserver.dll"), followLink: false))
        {
            Assert.SkipUnless(Posix.TryLease(file!), "this file system does not hold writers");
        }

        await using var server = await StartAsync();
        var other = Path.Join(_home.Path, "other");
        Copy(_folder, other);
        foreach (var file in Directory.EnumerateFiles(other, "*.dll"))
        {
            // Another build: nothing is where it was.
            var bytes = await File.ReadAllBytesAsync(file);
            Array.Reverse(bytes);
            await File.WriteAllBytesAsync(file, bytes);
        }

        using var cp = Process.Start(new ProcessStartInfo("cp", ["-r", other + "/.", _folder]) { RedirectStandardError = true })!;
        Assert.Equal(3, await server.EndAsync());
        await cp.WaitForExitAsync();
        Assert.Contains(server.Output, l => l.Contains("somebody writes over the files of this program"));
        Assert.EndsWith("stopped", server.Output[^1], StringComparison.Ordinal);
        Assert.Empty(server.Errors);
    }

    private async Task<ServerProcess> StartAsync()
    {
        var server = await ServerProcess.StartAsync(
            Path.Join(_folder, "heron-apiserver"), _home.Path, ["--cluster", "local", "-D", "heron.package.core.uri=http://core.example/core.tar.gz", "--verbose"]);
        await Poll.UntilAsync(() => server.Output.Any(l => l.Contains("everything is loaded")), "the program has loaded all of itself");
        return server;
    }

    private static void Copy(string from, string to)
    {
        using var cp = Process.Start("cp", ["-r", from, to]);
        cp.WaitForExit();
        Assert.Equal(0, cp.ExitCode);
    }
}
