// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heron.Core.Storage;

/// <summary>A store of very many packages beside an empty one: the start, lookups, a page of the list, a submission and a kill.</summary>
internal static class Stores
{
    private const int Packages = 100_000;
    private const int Contents = 1_000;
    private const int Page = 1_000;

    public static async Task RunAsync(BenchFolder folder, string program, string repository, int rounds)
    {
        Console.WriteLine($"\nstore: {Packages:N0} packages of {Contents:N0} contents beside none, medians of {rounds} rounds");
        foreach (var packages in new[] { 0, Packages })
        {
            var home = folder.Sub($"store-{packages}");
            Fill(Path.Join(home, "store"), packages);
            var watch = Stopwatch.StartNew();
            using var server = await Server.HeronAsync(program, home, folder.Core());
            await Client.DownloadAsync(server.Port, "/api/v1/version", null, 1);
            var answered = watch.Elapsed.TotalMilliseconds;
            using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{server.Port}"), Timeout = Timeout.InfiniteTimeSpan };

            // The list waits until all is known.
            using var list = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"/api/v1/file?limit={Page}", UriKind.Relative)));
            var known = watch.Elapsed.TotalMilliseconds;
            if (list.RootElement.GetProperty("total").GetInt32() != packages)
            {
                throw new InvalidOperationException($"the list says {list.RootElement.GetProperty("total")}");
            }

            var name = Form.Definition(repository, 4, 1).Name;
            var (submit, kill) = (new List<double>(), new List<double>());
            var (find, page) = (new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                submit.Add(await MillisecondsAsync(() => Client.SendAsync(
                    server.Port,
                    "POST /api/v1/topologies",
                    Form.ContentType,
                    [.. Form.WithoutBinary("local", Form.Definition(repository, 4, 1)), .. Form.FileHead("topology", "a.jar")],
                    folder.Core(),
                    Form.End)));
                kill.Add(await MillisecondsAsync(() => StatusAsync(http, HttpMethod.Delete, $"/api/v1/topologies/local/bench/default/{name}")));
                if (packages > 0)
                {
                    find.Add(await MillisecondsAsync(() => Client.DownloadAsync(server.Port, "/api/v1/file/download/" + Name(packages / 2), null, 1)));
                    page.Add(await MillisecondsAsync(() => StatusAsync(http, HttpMethod.Get, $"/api/v1/file?limit={Page}&after={Name(packages / 2)}")));
                }
            }

            var looked = packages == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture, $"; a download {Of(find):0.0} ms, a page of {Page:N0} from the middle {Of(page):0} ms");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {packages,7:N0} packages: first answer after {answered:0} ms, all known after {known:0} ms, {server.Now:0} MB; submit {Of(submit):0} ms, kill {Of(kill):0} ms{looked} (load {Starts.Load()})"));
        }
    }

    // Without the first, in which code is compiled.
    private static double Of(List<double> figures) => Starts.Median(figures.Skip(1));

    private static string Name(int i) => $"{i:x8}-2222-3333-4444-555555555555-topology.jar";

    private static async Task<int> StatusAsync(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task<double> MillisecondsAsync(Func<Task<int>> ask)
    {
        var watch = Stopwatch.StartNew();
        var status = await ask();
        var elapsed = watch.Elapsed.TotalMilliseconds;
        return status is 200 or 201 ? elapsed : throw new InvalidOperationException($"answered {status}");
    }

    // As the store keeps them (docs/decisions/package-store.md): uploads would take an hour of flushes.
    private static void Fill(string store, int packages)
    {
        var contents = Directory.CreateDirectory(Path.Join(store, ".content")).FullName;
        var descriptions = Directory.CreateDirectory(Path.Join(store, ".meta")).FullName;
        for (var i = 0; i < packages; i++)
        {
            var content = Encoding.UTF8.GetBytes($"content {i % Contents}");
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
            var file = Path.Join(contents, sha256);
            if (i < Contents)
            {
                File.WriteAllBytes(file, content);
            }

            HardLink.TryCreate(file, Path.Join(store, Name(i)));
            File.WriteAllText(
                Path.Join(descriptions, Name(i) + ".json"),
                $$"""{"sha256":"{{sha256}}","length":{{content.Length}},"stored":"{{DateTimeOffset.UtcNow:O}}","instance":"earlier","topology_id":"t-{{i % 5000}}"}""");
        }
    }
}
