// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

/// <summary>Very many clients in the heap that .NET takes of 256 MB: nobody may get a 500, and the server lives on.</summary>
internal static class Pressure
{
    /// <summary>The heap that .NET takes of 256 MB, as a setting of the environment; nothing for a script that sees to the limit itself.</summary>
    public static string[] HeapFor(string program) => program.EndsWith(".sh", StringComparison.Ordinal)
        ? []
        : [Environment.GetEnvironmentVariable("BENCH_HEAP") ?? "DOTNET_GCHeapHardLimit=C000000"];

    public static async Task RunAsync(BenchFolder folder, string program, string repository)
    {
        Console.WriteLine($"\npressure (load {Starts.Load()})");
        var upload = folder.FileOf(10_000_000);
        var jar = folder.FileOf(50_000_000);
        var home = folder.Sub("pressure");
        using var server = await Server.HeronAsync(program, home, jar, HeapFor(program));
        await Client.DownloadAsync(server.Port, "/api/v1/version", null, 1);
        var idle = server.Now;
        await ReportAsync("200 uploads of 10 MB", server, idle, Enumerable.Range(0, 200)
            .Select(_ => Client.UploadAsync(server.Port, "/api/v1/file/upload", upload, put: false)));
        await ReportAsync("1,000 downloads of 5 MB, 200 of them at 500 kB/s", server, idle, Enumerable.Range(0, 1000)
            .Select(i => Client.DownloadAsync(server.Port, "/api/v1/file/download/core", 5_000_000, 1, i % 5 == 0 ? 500_000 : 0)));
        await ReportAsync("100 uploads and 400 downloads", server, idle, Enumerable.Range(0, 500).Select(i => i % 5 == 0
            ? Client.UploadAsync(server.Port, "/api/v1/file/upload", upload, put: false)
            : Client.DownloadAsync(server.Port, "/api/v1/file/download/core", 5_000_000, 1)));
        await ReportAsync("16 submissions of 50 MB", server, idle, Enumerable.Range(0, 16)
            .Select(i => Client.SendAsync(
                server.Port,
                "POST /api/v1/topologies",
                Form.ContentType,
                [.. Form.WithoutBinary("local", Form.Definition(repository, 4, 1, $"pressure-{i}")), .. Form.FileHead("topology", "a.jar")],
                jar,
                Form.End)));
        await Task.Delay(TimeSpan.FromMinutes(1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  a minute later: {server.Now:0} MB, idle {idle:0} MB"));
    }

    private static async Task ReportAsync(string name, Server server, double idle, IEnumerable<Task<int>> clients)
    {
        var statuses = await Task.WhenAll(clients.ToList());
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}: {string.Join(", ", statuses.GroupBy(s => s).OrderBy(g => g.Key).Select(g => $"{g.Count()} x {g.Key}"))}; {(server.HasExited ? "the server DIED:\n" + server.Said : $"peak {server.Peak:0} MB, idle {idle:0} MB")}"));
    }
}
