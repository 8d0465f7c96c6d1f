// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>
/// A scripted Nomad, and packages and state together on a small disk in memory, which is filled to a random rest before requests come.
/// A process that only sleeps holds the disk: servers join it, the test looks through it, and with it the disk is gone.
/// </summary>
internal sealed class SmallDisk : ICrashPlace, IAsyncDisposable
{
    private const int Size = 8 * 1024 * 1024;

    // The package of a submission is some 100 kB.
    private const int LargestRest = 400 * 1024;

    private readonly ScriptedNomad _nomad;
    private readonly Process _holder;

    private SmallDisk(ScriptedNomad nomad, ServerHome home, Process holder)
    {
        (_nomad, Home, _holder) = (nomad, home, holder);
        Home.SeenFrom = string.Create(CultureInfo.InvariantCulture, $"/proc/{holder.Id}/root");
    }

    public ServerHome Home { get; }

    public IReadOnlyList<string> Arguments => Home.Arguments(_nomad.Uri);

    private string Filler => Home.SeenFrom + Path.Join(Home.Path, "filler");

    public static async Task<bool> IsPossibleAsync()
    {
        using var attempt = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
        await attempt.WaitForExitAsync();
        return attempt.ExitCode == 0;
    }

    public static async Task<SmallDisk> StartAsync()
    {
        var home = new ServerHome();
        var holder = Process.Start(new ProcessStartInfo(
            "unshare",
            ["--mount", "/bin/sh", "-c", $"mount -t tmpfs -o size={Size} none \"$0\" && : >\"$0/mounted\" && exec sleep infinity", home.Path]))!;
        var disk = new SmallDisk(await ScriptedNomad.StartAsync(), home, holder);
        await Poll.UntilAsync(() => File.Exists(home.SeenFrom + Path.Join(home.Path, "mounted")), "the disk is there");
        return disk;
    }

    public Task<ServerProcess> StartServerAsync()
    {
        File.Delete(Filler);
        return ServerProcess.StartAsync(
            "nsenter",
            Home.Path,
            [string.Create(CultureInfo.InvariantCulture, $"--mount=/proc/{_holder.Id}/ns/mnt"), ServerProcess.Product, .. Arguments]);
    }

    public Task BeforeRequestsAsync(Random random)
    {
        var free = new DriveInfo(Home.SeenFrom + Home.Path).AvailableFreeSpace;
        return File.WriteAllBytesAsync(Filler, new byte[Math.Max(0, free - random.Next(LargestRest))]);
    }

    public Task<IReadOnlyList<string>> StateAsync() => Task.FromResult(Home.StateFiles());

    public Containers Containers() => new(_nomad.JobIds, []);

    public async ValueTask DisposeAsync()
    {
        _holder.Kill();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
        await _nomad.DisposeAsync();
        Home.Dispose();
    }
}
