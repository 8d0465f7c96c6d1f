// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

/// <summary>Submissions of a jar of 100 MB beside uploads of it, in turn, the definition before or behind the binary.</summary>
internal static class Submissions
{
    public static async Task RunAsync(BenchFolder folder, string program, string repository, int rounds)
    {
        var jar = folder.FileOf(100_000_000);
        var topology = Form.Definition(repository, 4, 1);
        byte[] Rest() => Form.WithoutBinary("local", topology);
        var uploads = new List<double>();
        var binaryLast = new List<double>();
        var binaryFirst = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var home = folder.Sub($"submit-{round}");
            using (var server = await Server.HeronAsync(program, home, folder.Core()))
            {
                async Task MeasureAsync(List<double> figures, int expected, Func<Task<int>> send)
                {
                    var watch = Stopwatch.StartNew();
                    var status = await send();
                    figures.Add(watch.Elapsed.TotalSeconds);
                    if (status != expected)
                    {
                        throw new InvalidOperationException($"answered {status}");
                    }
                }

                async Task KillAsync()
                {
                    using var client = new HttpClient();
                    using var killed = await client.DeleteAsync(
                        new Uri($"http://localhost:{server.Port}/api/v1/topologies/local/bench/default/{topology.Name}"));
                    killed.EnsureSuccessStatusCode();
                }

                await MeasureAsync(uploads, 200, () => Client.UploadAsync(server.Port, "/api/v1/file/upload", jar, put: false));
                await MeasureAsync(binaryLast, 201, () => Client.SendAsync(
                    server.Port, "POST /api/v1/topologies", Form.ContentType, [.. Rest(), .. Form.FileHead("topology", "a.jar")], jar, Form.End));
                await KillAsync();
                await MeasureAsync(binaryFirst, 201, () => Client.SendAsync(
                    server.Port, "POST /api/v1/topologies", Form.ContentType, Form.FileHead("topology", "a.jar"), jar, [.. "\r\n"u8, .. Rest()[..^2], .. Form.End]));
                await KillAsync();
            }

            Directory.Delete(home, recursive: true);
            if (round == 0)
            {
                // So that code is compiled and the file is in the page cache.
                uploads.Clear();
                binaryLast.Clear();
                binaryFirst.Clear();
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nsubmit: a jar of 100 MB, medians of {rounds} rounds (load {Starts.Load()})\n  upload {Starts.Median(uploads):0.000} s; submission with the binary last {Starts.Median(binaryLast):0.000} s ({Starts.Median(binaryLast) / Starts.Median(uploads):0.00}), first {Starts.Median(binaryFirst):0.000} s ({Starts.Median(binaryFirst) / Starts.Median(uploads):0.00})"));
    }
}
