// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

/// <summary>
/// What this server costs beyond what ASP.NET costs anybody: its start, and a request that does next to nothing, beside an empty minimal
/// API that is published the same way (bench/Heron.EmptyApi).
/// </summary>
internal static class Starts
{
    private const string Path = "/api/v1/version";
    private const int Connections = 16;

    // Enough for both to be compiled for good.
    private const int WarmUp = 3_000;
    private const int Requests = 5_000;

    public static async Task RunStartAsync(BenchFolder folder, string program, string empty, int rounds)
    {
        var ours = new List<double>();
        var theirs = new List<double>();
        var ratios = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var mine = await StartAsync(() => Server.HeronAsync(program, folder.Sub($"start-{round}"), folder.Core()));
            var other = await StartAsync(() => Server.EmptyAsync(empty));

            // The first round brings both programs into the page cache.
            if (round > 0)
            {
                ours.Add(mine);
                theirs.Add(other);
                ratios.Add(mine / other);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nstart to first answer, medians of {rounds} rounds (load {Load()})\n  heron-apiserver {Median(ours):0} ms, empty minimal API {Median(theirs):0} ms; ratio round by round {Median(ratios):0.00}"));
    }

    public static async Task RunVersionAsync(BenchFolder folder, string program, string empty, int rounds)
    {
        var ours = new List<(double Rate, double Cpu)>();
        var theirs = new List<(double Rate, double Cpu)>();
        using var heron = await Server.HeronAsync(program, folder.Sub("version"), folder.Core());
        using var other = await Server.EmptyAsync(empty);
        await AskAsync(heron, WarmUp);
        await AskAsync(other, WarmUp);
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await AskAsync(heron, Requests));
            theirs.Add(await AskAsync(other, Requests));
        }

        var ratio = Median(ours.Zip(theirs, (a, b) => a.Rate / b.Rate));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nversion: {Connections} x {Requests} requests for {Path}, medians of {rounds} rounds (load {Load()})\n  heron-apiserver {Median(ours.Select(f => f.Rate)):0} requests/s, {Median(ours.Select(f => f.Cpu)):0.0} µs CPU each; empty minimal API {Median(theirs.Select(f => f.Rate)):0}, {Median(theirs.Select(f => f.Cpu)):0.0} µs; rate ours/theirs round by round {ratio:0.00}"));
    }

    /// <summary>How busy the machine is, with whatever runs beside: figures at a load above its processors are to be read with care.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static async Task<double> StartAsync(Func<Task<Server>> start)
    {
        var watch = Stopwatch.StartNew();
        using var server = await start();
        var status = await Client.DownloadAsync(server.Port, Path, null, 1);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        return status == 200 ? elapsed : throw new InvalidOperationException($"{server.Name} answered {status}");
    }

    private static async Task<(double Rate, double Cpu)> AskAsync(Server server, int requests)
    {
        var cpu = server.Cpu;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Client.DownloadAsync(server.Port, Path, null, requests)));
        var seconds = watch.Elapsed.TotalSeconds;
        return (Connections * requests / seconds, (server.Cpu - cpu) * 1e6 / (Connections * requests));
    }
}
