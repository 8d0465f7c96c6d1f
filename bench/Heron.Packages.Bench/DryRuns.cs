// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

/// <summary>Dry runs of very many instances in the heap that .NET takes of 256 MB, in every format, alone and several at once.</summary>
internal static class DryRuns
{
    private static readonly string[] Formats = ["table", "colored_table", "raw", "json", "nomad"];

    public static async Task RunAsync(BenchFolder folder, string program, string repository)
    {
        var heap = Pressure.HeapFor(program);
        using var server = await Server.HeronForNomadAsync(program, folder.Sub("dry-runs"), repository, nomad: null, core: null, heap);
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{server.Port}"), Timeout = Timeout.InfiniteTimeSpan };
        Console.WriteLine($"\ndry-runs: with {(heap.Length > 0 ? heap[0] : program)} (load {Starts.Load()})");
        foreach (var instances in new[] { 10_000, 30_000 })
        {
            foreach (var format in Formats)
            {
                await ReportAsync($"{instances:N0} instances as {format}", server, [SendAsync(client, repository, instances, format)]);
            }
        }

        await ReportAsync("20 at once, 10,000 instances, all formats", server, [
            .. Enumerable.Range(0, 20).Select(i => SendAsync(client, repository, 10_000, Formats[i % Formats.Length])),
        ]);
    }

    private static async Task ReportAsync(string name, Server server, IReadOnlyList<Task<(int Status, long Bytes)>> answers)
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(answers);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}: {string.Join(", ", all.GroupBy(a => a.Status).Select(g => $"{g.Count()} x {g.Key}"))}, {all.Sum(a => a.Bytes) / 1e6:0} MB in {watch.Elapsed.TotalSeconds:0.0} s; {(server.HasExited ? "the server DIED:\n" + server.Said : $"peak {server.Peak:0} MB")}"));
    }

    private static async Task<(int Status, long Bytes)> SendAsync(HttpClient client, string repository, int instances, string format)
    {
        var topology = Form.Definition(repository, instances, instances / 4);
        using var content = new ByteArrayContent(
        [
            .. Form.WithoutBinary("nomad", topology, ("dry_run", "True"), ("dry_run_format", format)),
            .. Form.FileHead("topology", "a.jar"), .. "binary"u8, .. Form.End,
        ]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(Form.MediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = content };
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.Content.ReadAsStreamAsync();
            var buffer = new byte[1 << 16];
            var bytes = 0L;
            for (int read; (read = await body.ReadAsync(buffer)) > 0;)
            {
                bytes += read;
            }

            return ((int)response.StatusCode, bytes);
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            return (0, 0);
        }
    }
}
