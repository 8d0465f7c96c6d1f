// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests;

/// <summary>Too much of something, against the real program: bytes for its disk, connections, and time.</summary>
[Trait("Category", Soak.Category)]
public sealed class HeavyClientsTests : IDisposable
{
    private const string Head =
        "POST /api/v1/file/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n"
        + "--a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.jar\"\r\n\r\n";

    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("/api/v1/file/upload", "file")]
    [InlineData("/api/v1/topologies", "topology")]
    public async Task Upload_that_the_disk_has_no_room_for_is_told_so_and_leaves_nothing_and_the_next_one_works(string path, string field)
    {
        // No file may have more than 1 MiB; the kernel's signal about it is ignored, so that a write fails as on a full disk.
        // Nor may the runtime put its code into a file then.
        await using var server = await ServerProcess.StartAsync(
            "/bin/sh",
            _home.Path,
            ["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"", ServerProcess.Product, "--cluster", "local"],
            new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });

        // Of bytes that no package makes fewer of.
        using var large = new MultipartFormDataContent { { new ByteArrayContent(RandomNumberGenerator.GetBytes(5_000_000)), field, "large.jar" } };
        var refused = await server.Client.PostAsync(path, large);
        Assert.Equal(HttpStatusCode.InsufficientStorage, refused.StatusCode);
        var message = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString();
        Assert.Contains("cannot store a file of more than", message, StringComparison.Ordinal);
        var store = Path.Join(_home.Path, ".herondata", "repository", "topologies");
        Assert.DoesNotContain(StoreFiles.Of(store), f => new FileInfo(Path.Join(store, f)).Length > 0);

        using var small = new MultipartFormDataContent { { new ByteArrayContent(new byte[500_000]), "file", "small.jar" } };
        var stored = await server.Client.PostAsync("/api/v1/file/upload", small);
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        Assert.Equal(500_000, (await server.Client.GetByteArrayAsync(new Uri(await stored.Content.ReadAsStringAsync()).AbsolutePath)).Length);
    }

    /// <summary>In the long form, 2,500 connections, and clients that drip until the server gives them up after half a minute.</summary>
    [Fact]
    public async Task Clients_that_keep_connections_and_send_next_to_nothing_hold_up_nobody_and_are_given_up()
    {
        await using var server = await ServerProcess.StartAsync(ServerProcess.Product, _home.Path, ["--cluster", "local"]);
        var port = server.Client.BaseAddress!.Port;
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Soak.Pick(300, 2_500); i++)
            {
                idle.Add(new TcpClient("127.0.0.1", port));
                await idle[i].GetStream().WriteAsync(i % 2 == 0 ? "GET /api/v1/ver"u8.ToArray() : Encoding.ASCII.GetBytes(Head));
            }

            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/v1/version")).StatusCode);
            Assert.True(ResidentBytes(server.Id) < 256L << 20, $"{ResidentBytes(server.Id)}");
            if (Soak.Long)
            {
                await Task.WhenAll(GivenUpAsync(idle[0]), GivenUpAsync(idle[1]));
            }
        }
        finally
        {
            idle.ForEach(c => c.Dispose());
        }

        var store = Path.Join(_home.Path, ".herondata", "repository", "topologies");
        await Poll.UntilAsync(
            () => !Directory.EnumerateFiles(store, "upload-*", SearchOption.AllDirectories).Any(), "the unfinished uploads are gone");
    }

    private static async Task GivenUpAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var answer = await reader.ReadToEndAsync(limit.Token);
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"the request arrived too slowly", answer, StringComparison.Ordinal);
    }

    private static long ResidentBytes(int pid) => long.Parse(
        File.ReadLines($"/proc/{pid}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', '\t')[^2],
        CultureInfo.InvariantCulture) * 1024;
}
