// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

/// <summary>Runs one work with each server in turn, several rounds, and prints medians.</summary>
internal sealed class Comparison(BenchFolder folder, string program, int rounds)
{
    private int _run;

    public async Task RunAsync(Work work)
    {
        var file = folder.FileOf(work.Size);
        string[] peers = work.IsUpload ? ["heron-apiserver", "nginx", "dd"] : work.IsTls ? ["heron-apiserver", "caddy"] : ["heron-apiserver", "nginx", "caddy"];
        var before = Starts.Load();
        var figures = peers.ToDictionary(peer => peer, _ => new List<(double Seconds, double Cpu, double Peak)>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var peer in peers)
            {
                figures[peer].Add(peer == "dd" ? await CopyAsync(work, file) : await MeasureAsync(peer, work, file));
            }
        }

        Console.WriteLine($"\n{work.Name}: {work.Clients} x {work.Requests} of {(work.Range ?? work.Size) / 1e6:0.###} MB, medians of {rounds} rounds (load {before} before, {Starts.Load()} after)");
        var ours = Starts.Median(figures[peers[0]].Select(f => f.Seconds));
        foreach (var peer in peers)
        {
            var seconds = Starts.Median(figures[peer].Select(f => f.Seconds));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {peer,-16} {work.Bytes / 1e6 / seconds,8:0} MB/s {work.Clients * work.Requests / seconds,8:0} requests/s {Starts.Median(figures[peer].Select(f => f.Cpu)) / (work.Bytes / 1e9),8:0.000} CPU s/GB {Starts.Median(figures[peer].Select(f => f.Peak)),6:0} MB peak   ours/this {seconds / ours:0.00}"));
        }
    }

    // Nginx does not flush: its client does, as one who means to keep the file has to.
    private static async Task<int> UploadAsync(string peer, int port, string home, string file)
    {
        if (peer != "nginx")
        {
            return await Client.UploadAsync(port, "/api/v1/file/upload", file, put: false);
        }

        var name = $"{Guid.NewGuid():N}.put";
        var status = await Client.UploadAsync(port, "/" + name, file, put: true);
        using var stored = File.OpenHandle(Path.Join(home, name), FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(stored);
        return status;
    }

    // What the disk and SHA-256 alone cost: the lower bound of an upload that is flushed and hashed.
    private async Task<(double Seconds, double Cpu, double Peak)> CopyAsync(Work work, string file)
    {
        var target = folder.Sub($"dd-{_run++}");
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, work.Clients), new ParallelOptions { MaxDegreeOfParallelism = work.Clients }, async (i, _) =>
        {
            using var copy = Process.Start(new ProcessStartInfo(
                "/bin/sh", ["-c", $"dd if={file} of={target}/{i} bs=1M conv=fsync 2>/dev/null && sha256sum {target}/{i} >/dev/null"]))!;
            await copy.WaitForExitAsync(CancellationToken.None);
        });
        var seconds = watch.Elapsed.TotalSeconds;
        Directory.Delete(target, recursive: true);
        return (seconds, 0, 0);
    }

    private async Task<(double Seconds, double Cpu, double Peak)> MeasureAsync(string peer, Work work, string file)
    {
        var home = folder.Sub($"{peer}-{_run++}");
        var files = Path.GetDirectoryName(file)!;
        using var server = await (peer switch
        {
            "caddy" when work.IsTls => Server.CaddyTlsAsync(home, files, folder.Certificate),
            _ when work.IsTls => Server.HeronTlsAsync(program, home, file, folder.Certificate),
            "nginx" => Server.NginxAsync(home, work.IsUpload ? home : files),
            "caddy" => Server.CaddyAsync(home, files),
            _ => Server.HeronAsync(program, home, file),
        });
        var path = peer == "heron-apiserver" ? "/api/v1/file/download/core" : "/" + Path.GetFileName(file);

        // A server runs for months: code is compiled for good and the file is in the page cache, for everybody alike.
        for (var i = 0; i < WarmUps(work); i++)
        {
            await LoadAsync();
        }

        var cpu = server.Cpu;
        var seconds = await LoadAsync();
        var result = (seconds, server.Cpu - cpu, server.Peak);
        server.Dispose();
        Directory.Delete(home, recursive: true);
        return result;

        async Task<double> LoadAsync()
        {
            var watch = Stopwatch.StartNew();
            var statuses = await Task.WhenAll(Enumerable.Range(0, work.Clients).Select(_ => work.IsUpload
                ? UploadAsync(peer, server.Port, home, file)
                : work.IsTls ? Client.DownloadTlsAsync(server.Port, path, work.Range)
                : Client.DownloadAsync(server.Port, path, work.Range, work.Requests)));
            var seconds = watch.Elapsed.TotalSeconds;
            return statuses.All(status => status is 200 or 201 or 206)
                ? seconds
                : throw new InvalidOperationException($"{peer} answered {string.Join(' ', statuses.Distinct())}");
        }
    }

    private static int WarmUps(Work work) => work.Requests > 1 ? 4 : 1;
}
