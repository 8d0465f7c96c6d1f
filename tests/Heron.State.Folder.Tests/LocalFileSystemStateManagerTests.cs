// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.State;
using Heron.Testing;
using Heron.Testing.Parts;
using Heron.Testing.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.State.Folder.Tests;

/// <summary>What only a folder has: temporary files, lock files and other processes on the same files.</summary>
public sealed class LocalFileSystemStateManagerTests : IAsyncDisposable
{
    private readonly LocalFolderStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_a_dead_writer_left_is_no_topology_and_goes_at_the_next_start()
    {
        await using var first = await _store.OpenAsync();
        string leftover = Path.Join(_store.Root, ".heron-apiserver-0123456789abcdef");
        await File.WriteAllTextAsync(leftover, "half");
        await File.WriteAllTextAsync(Path.Join(_store.Root, "topologies", ".a.swp"), "of another tool");

        Assert.Empty(await first.ListTopologiesAsync(Token));
        await using var second = await _store.OpenAsync();

        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task Nothing_but_the_state_is_left_by_writing()
    {
        await using var manager = await _store.OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);
        await Assert.ThrowsAnyAsync<HeronException>(() => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));
        await using (await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token))
        {
            Assert.Null(await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token));
        }

        await manager.UnregisterTopologyAsync("a", null, Token);

        Assert.Empty(Directory.EnumerateFiles(_store.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_lock_of_another_server_is_respected_while_it_lives_and_taken_over_when_it_is_killed()
    {
        await using var manager = await _store.OpenAsync();
        string file = _store.Paths.Lock("a", StatePaths.UpdateTopologyLock);
        await File.WriteAllTextAsync(file, "heron-apiserver pid 1 00000000000000000000000000000000 since 2020-01-01\n", Token);
        using var owner = Keep(file);
        Assert.Equal("kept", await owner.StandardOutput.ReadLineAsync(Token));
        Assert.Null(await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.FromMilliseconds(80), Token));

        owner.Kill(entireProcessTree: true);
        await owner.WaitForExitAsync(Token);
        await using var taken = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, Poll.Limit, Token);

        Assert.NotNull(taken);
    }

    [Fact]
    public async Task The_lock_of_a_Java_tool_is_respected_until_it_is_given_up()
    {
        await using var manager = await _store.OpenAsync();
        string file = _store.Paths.Lock("a", StatePaths.UpdateTopologyLock);
        await File.WriteAllTextAsync(file, "main");

        Assert.Null(await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.FromMilliseconds(80), Token));
        File.Delete(file);
        await using var taken = await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token);

        Assert.NotNull(taken);
    }

    [Fact]
    public async Task A_lock_file_exists_as_long_as_the_lock_is_held()
    {
        await using var manager = await _store.OpenAsync();
        string file = _store.Paths.Lock("a", StatePaths.UpdateTopologyLock);
        await using (await manager.TryLockAsync("a", StatePaths.UpdateTopologyLock, TimeSpan.Zero, Token))
        {
            Assert.True(File.Exists(file));
        }

        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_process_that_keeps_the_folder_makes_writers_fail_in_time_and_readers_not_at_all()
    {
        await using var manager = new LocalFileSystemStateManager(
            new LocalFileSystemStateOptions(_store.Root) { GateTimeout = TimeSpan.FromMilliseconds(100) },
            TimeProvider.System,
            NullLogger<LocalFileSystemStateManager>.Instance);
        await manager.StartAsync(Token);
        using var keeper = Keep(_store.Paths.Topologies);
        Assert.Equal("kept", await keeper.StandardOutput.ReadLineAsync(Token));

        var error = await Assert.ThrowsAnyAsync<HeronException>(
            () => manager.RegisterTopologyAsync(Samples.Registration("a"), Token));
        Assert.Equal(FaultKind.Unavailable, error.Kind);
        Assert.Empty(await manager.ListTopologiesAsync(Token));

        // kill -9: the kernel gives the lock back.
        keeper.Kill(entireProcessTree: true);
        await keeper.WaitForExitAsync(Token);
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
    }

    [Fact]
    public async Task A_root_that_cannot_be_a_folder_is_told()
    {
        string file = Path.Join(Path.GetDirectoryName(_store.Root), "file");
        await File.WriteAllTextAsync(file, string.Empty);
        await using var manager = new LocalFileSystemStateManager(
            new LocalFileSystemStateOptions(file + "/state"), TimeProvider.System, NullLogger<LocalFileSystemStateManager>.Instance);

        var error = await Assert.ThrowsAnyAsync<HeronException>(() => manager.StartAsync(Token));

        Assert.Equal(FaultKind.Invalid, error.Kind);
        Assert.Contains(file, error.Message);
        Assert.Contains(file, await manager.CheckAsync(Token));
    }

    [Fact]
    public async Task No_folder_is_made_at_start_when_so_configured()
    {
        string root = Path.Join(_store.Root, "elsewhere");
        var options = TestParts.Read(findings => LocalFileSystemStateOptions.Read(
            new HeronConfig(
            [
                new("heron.statemgr.root.path", root),
                new("heron.statemgr.localfs.is.initialize.file.tree", false),
            ]),
            findings))!;
        await using var manager = new LocalFileSystemStateManager(
            options, TimeProvider.System, NullLogger<LocalFileSystemStateManager>.Instance);

        await manager.StartAsync(Token);

        Assert.False(Directory.Exists(root));
        Assert.Empty(await manager.ListTopologiesAsync(Token));
        Assert.False(await manager.IsTopologyRunningAsync("a", Token));
        Assert.NotNull(await manager.CheckAsync(Token));
    }

    [Fact]
    public void A_missing_root_is_refused() =>
        Assert.Contains(
            "heron.statemgr.root.path",
            Assert.Throws<HeronException>(
                () => TestParts.Read(findings => LocalFileSystemStateOptions.Read(HeronConfig.Empty, findings))).Message);

    /// <summary>Another process that holds the kernel's lock of a file or folder, until it is killed.</summary>
    private static Process Keep(string path) => Process.Start(
        new ProcessStartInfo("flock", ["--no-fork", path, "sh", "-c", "echo kept; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}
