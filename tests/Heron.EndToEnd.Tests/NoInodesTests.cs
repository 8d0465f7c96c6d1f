// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests;

/// <summary>A disk with room for bytes and none for files. Only root may make one for a test.</summary>
public sealed class NoInodesTests : IDisposable
{
    private readonly ServerHome _home = new();
    private readonly string _disk;
    private readonly bool _isMounted;

    public NoInodesTests()
    {
        _disk = Directory.CreateDirectory(Path.Join(_home.Path, "disk")).FullName;
        _isMounted = Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "-o", "nr_inodes=1000,size=100m", "tmpfs", _disk) == 0;
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "-l", _disk);
        }

        _home.Dispose();
    }

    [Fact]
    public async Task A_kill_ends_the_containers_and_removes_the_topology_on_a_disk_without_inodes()
    {
        Assert.SkipUnless(_isMounted, "needs root and the right to mount a tmpfs");
        var core = Core();
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product,
            _disk,
            [
                "--cluster", "local",
                "-D", $"heron.package.core.uri=file://{core}",
                "-D", "heron.apiserver.http.package.store.free.inodes=0",
            ]);
        using var submitted = await Submit.SendAsync(server.Client, "local");
        Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
        await Poll.UntilAsync(() => Directory.GetFiles(_home.Path, "ran-*").Length == 3, "all containers run");
        Fill();

        using var killed = await server.Client.DeleteAsync(Submit.TopologyPath.Replace("/nomad/", "/local/"));

        Assert.True(killed.IsSuccessStatusCode, await killed.Content.ReadAsStringAsync());
        await Poll.UntilAsync(
            () => !Directory.GetFiles(_home.Path, "ran-*").Any(file => IsAlive(Path.GetFileName(file)["ran-".Length..])), "all containers have ended");
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_disk, "*", SearchOption.AllDirectories), file => Path.GetFileName(file) is "killed" or "topology.json");
        Assert.DoesNotContain(Submit.Name, await server.Client.GetStringAsync("/api/v1/topologies"));
        using var stored = await server.Client.GetAsync("/api/v1/file");
        Assert.DoesNotContain("topology.tar.gz", await stored.Content.ReadAsStringAsync());
    }

    private static bool IsAlive(string process) => Directory.Exists("/proc/" + process);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>A heron-core whose executor notes outside of the disk that it runs.</summary>
    private string Core()
    {
        var bin = Directory.CreateDirectory(Path.Join(_home.Path, "core", "heron-core", "bin")).FullName;
        File.WriteAllText(Path.Join(bin, "heron-executor"), $"#!/bin/sh\n: >'{_home.Path}'/ran-$$\nexec sleep 600\n");
        Assert.Equal(0, Run("chmod", "755", Path.Join(bin, "heron-executor")));
        var package = Path.Join(_home.Path, "core.tar.gz");
        Assert.Equal(0, Run("tar", "-C", Path.Join(_home.Path, "core"), "-czf", package, "heron-core"));
        return package;
    }

    private void Fill()
    {
        var folder = Directory.CreateDirectory(Path.Join(_disk, "other")).FullName;
        for (var i = 0; ; i++)
        {
            try
            {
                File.Create(Path.Join(folder, $"{i}")).Dispose();
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
