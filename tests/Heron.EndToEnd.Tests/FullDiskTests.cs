// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Heron.EndToEnd.Tests.Support;

namespace Heron.EndToEnd.Tests;

/// <summary>A store on a disk that is really full, by bytes and by inodes, against the real program.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int MoreThanFit = 200;

    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("size=16m,nr_inodes=1000", 1_000_000, "bytes free")]
    [InlineData("size=64m,nr_inodes=100", 1_000, "inodes free")]
    public async Task Uploads_are_told_and_leave_nothing_downloads_and_deletions_go_on_and_what_they_free_is_used(
        string disk, int size, string message)
    {
        await using var server = await StartAsync(disk);
        var stored = new List<(string Path, byte[] Content)>();
        HttpResponseMessage answer;
        while (true)
        {
            var content = RandomNumberGenerator.GetBytes(size);
            answer = await UploadAsync(server, content, chunked: false);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                break;
            }

            stored.Add((new Uri(await answer.Content.ReadAsStringAsync()).AbsolutePath, content));
            Assert.True(stored.Count < MoreThanFit, "the disk never gets full");
        }

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
        Assert.Contains(message, await MessageAsync(answer), StringComparison.Ordinal);
        Assert.InRange(stored.Count, 5, MoreThanFit);

        // One that does not say how much it is meets the end of the disk on its way.
        Assert.Equal(
            HttpStatusCode.InsufficientStorage,
            (await UploadAsync(server, RandomNumberGenerator.GetBytes(5_000_000), chunked: true)).StatusCode);
        Assert.All(stored, file => Assert.Equal(file.Content, server.Client.GetByteArrayAsync(file.Path).GetAwaiter().GetResult()));
        using (var deleted = await server.Client.DeleteAsync("/api/v1/file/" + Path.GetFileName(stored[0].Path)))
        {
            Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await UploadAsync(server, RandomNumberGenerator.GetBytes(size), chunked: false)).StatusCode);
        using var list = JsonDocument.Parse(await server.Client.GetStringAsync("/api/v1/file"));
        Assert.Equal(stored.Count, list.RootElement.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_audit_whose_disk_is_full_refuses_changes_and_goes_on_as_soon_as_there_is_room()
    {
        var audit = Path.Join(_home.Store, "audit.jsonl");
        await using var server = await StartAsync("size=16m,nr_inodes=1000", "--audit-log", audit);
        var stored = await UploadAsync(server, RandomNumberGenerator.GetBytes(4_000_000), chunked: false);
        Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        var seen = $"/proc/{server.Id}/root{_home.Store}";
        var filler = Path.Join(seen, "filler");
        Fill(filler);

        // Those refused for want of room are noted in what is left of the last block, until one is not; the next is not begun.
        var refused = 0;
        while (true)
        {
            var answer = await UploadAsync(server, [1], chunked: true);
            Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
            if ((await MessageAsync(answer)).Contains("cannot write its audit", StringComparison.Ordinal))
            {
                break;
            }

            Assert.InRange(++refused, 1, 40);
            Fill(filler);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/v1/version")).StatusCode);
        File.Delete(filler);
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync(server, [1], chunked: true)).StatusCode);

        using var file = File.OpenText(Path.Join(seen, "audit.jsonl"));
        var lines = (await file.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([200, .. Enumerable.Repeat(507, refused), 200], lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("status").GetInt32()));
        Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(pair.First))), JsonDocument.Parse(pair.Second).RootElement.GetProperty("previous").GetString()));

        static void Fill(string path)
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            try
            {
                while (file.Length < 100_000_000)
                {
                    file.Write(new byte[4096]);
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }
    }

    private static async Task<HttpResponseMessage> UploadAsync(ServerProcess server, byte[] content, bool chunked)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "x.jar" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/file/upload") { Content = form };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        return await server.Client.SendAsync(request);
    }

    private static async Task<string> MessageAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("message").GetString()!;
    }

    // A disk in memory that this server alone sees, and that goes with it.
    private async Task<ServerProcess> StartAsync(string disk, params string[] options)
    {
        Assert.SkipUnless(MayMount(), "this user may not mount a file system");
        Directory.CreateDirectory(_home.Store);
        return await ServerProcess.StartAsync(
            "unshare",
            _home.Path,
            [
                "--mount", "/bin/sh", "-c", "mount -t tmpfs -o \"$0\" none \"$1\" && shift && exec \"$@\"", disk, _home.Store,
                ServerProcess.Product, "--cluster", "local", "-D", "heron.apiserver.http.file.system.directory=" + _home.Store, .. options,
            ]);
    }

    private static bool MayMount()
    {
        using var attempt = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
        attempt.WaitForExit();
        return attempt.ExitCode == 0;
    }
}
