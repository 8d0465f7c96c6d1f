// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Heron.Testing.Nomad;

/// <summary>
/// Everything at once for minutes, in 256 MB: uploads, downloads with slow readers among them, submissions and kills, dry runs of very many
/// instances in every format, lists. Nobody may get a 5xx, and a minute later the memory is back at what an idle server takes.
/// </summary>
/// <remarks>Give bench/in-256mb.sh with --server for a cgroup; else BENCH_HEAP, or the heap limit that .NET would take of 256 MB.</remarks>
internal sealed class Mixed(BenchFolder folder, string program, string repository, TimeSpan duration)
{
    private static readonly string[] Formats = ["table", "colored_table", "raw", "json", "nomad"];

    private readonly ConcurrentDictionary<(string What, int Status), int> _answers = new();
    private readonly Stopwatch _watch = new();

    /// <summary>Whether nothing went wrong.</summary>
    public async Task<bool> RunAsync()
    {
        var heap = Pressure.HeapFor(program);
        await using var nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { RecordsRequests = false });
        using var server = await Server.HeronForNomadAsync(
            program, folder.Sub("mixed"), repository, nomad.Uri, folder.FileOf(50_000_000), heap);
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{server.Port}"), Timeout = Timeout.InfiniteTimeSpan };
        await Client.DownloadAsync(server.Port, "/api/v1/version", null, 1);

        // What it takes once it has done everything that it does: code is compiled, buffers are there.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => DryRunAsync(http, 1_000, Formats[i])));
        await SubmitAsync(server, http, "warm-up", folder.FileOf(1_000_000));
        await Task.Delay(TimeSpan.FromSeconds(25));
        var idle = server.Now;
        _answers.Clear();

        _watch.Start();
        var upload = folder.FileOf(10_000_000);
        var jar = folder.FileOf(50_000_000);
        var clients = new List<Task>();
        Add(clients, 20, "upload of 10 MB", (_, _) => Client.UploadAsync(server.Port, "/api/v1/file/upload", upload, put: false));
        Add(clients, 40, "download of 50 MB", (_, _) => Client.DownloadAsync(server.Port, "/api/v1/file/download/core", null, 1));
        Add(clients, 200, "slow download", (_, _) => Client.DownloadAsync(server.Port, "/api/v1/file/download/core", 2_500_000, 1, 500_000));
        Add(clients, 16, "submission of 50 MB and kill", (i, _) => SubmitAsync(server, http, $"mixed-{i}", jar));
        Add(clients, 2, "dry run of 30,000", (i, turn) => DryRunAsync(http, 30_000, Formats[(i + turn) % Formats.Length]));
        Add(clients, 2, "list", async (_, _) =>
        {
            using var response = await http.GetAsync(new Uri("/api/v1/topologies", UriKind.Relative));
            return (int)response.StatusCode;
        });
        await Task.WhenAll(clients);

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nmixed: {_watch.Elapsed.TotalSeconds:0} s of everything at once, {(heap.Length > 0 ? heap[0] : program)} (load {Starts.Load()})"));
        foreach (var kind in _answers.GroupBy(a => a.Key.What).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"  {kind.Key}: {string.Join(", ", kind.OrderBy(a => a.Key.Status).Select(a => $"{a.Value} x {a.Key.Status}"))}");
        }

        if (server.HasExited)
        {
            Console.WriteLine("  the server DIED:\n" + server.Said);
            return false;
        }

        var peak = server.Peak;
        await Task.Delay(TimeSpan.FromMinutes(1));
        var later = server.Now;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  peak {peak:0} MB; a minute later {later:0} MB, {later / idle:0.00} of idle ({idle:0} MB)"));
        return _answers.Keys.All(a => a.Status is >= 200 and < 300) && later <= 1.3 * idle;
    }

    private void Add(List<Task> clients, int count, string what, Func<int, int, Task<int>> ask) =>
        clients.AddRange(Enumerable.Range(0, count).Select(i => Task.Run(async () =>
        {
            for (var turn = 0; _watch.Elapsed < duration; turn++)
            {
                int status;
                try
                {
                    status = await ask(i, turn);
                }
                catch (Exception cut) when (cut is System.Net.Sockets.SocketException or HttpRequestException or IOException)
                {
                    // The connection broke: counted, as is every answer.
                    status = 0;
                    await Task.Delay(100);
                }

                _answers.AddOrUpdate((what, status), 1, (_, n) => n + 1);
            }
        })));

    private async Task<int> SubmitAsync(Server server, HttpClient http, string name, string jar)
    {
        var topology = Form.Definition(repository, 4, 1, name);
        var status = await Client.SendAsync(
            server.Port,
            "POST /api/v1/topologies",
            Form.ContentType,
            [.. Form.WithoutBinary("nomad", topology), .. Form.FileHead("topology", "a.jar")],
            jar,
            Form.End);
        if (status != 201)
        {
            return status;
        }

        using var killed = await http.DeleteAsync(new Uri($"/api/v1/topologies/nomad/bench/default/{name}", UriKind.Relative));
        return (int)killed.StatusCode;
    }

    private async Task<int> DryRunAsync(HttpClient http, int instances, string format)
    {
        using var content = new ByteArrayContent(
        [
            .. Form.WithoutBinary("nomad", Form.Definition(repository, instances, instances / 4), ("dry_run", "True"), ("dry_run_format", format)),
            .. Form.FileHead("topology", "a.jar"), .. "binary"u8, .. Form.End,
        ]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(Form.MediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = content };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.CopyToAsync(Stream.Null);
        return (int)response.StatusCode;
    }
}
