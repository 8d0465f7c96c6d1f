// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Hosting;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heron.ApiServer.Tests.Files;

/// <summary>Looking after what is stored: listing, deleting, digests; and what the kernel sends.</summary>
public sealed class StoredFilesTests : IAsyncLifetime
{
    private const string Topology = "/api/v1/topologies/nomad/ads/devel/exclamation";

    private TestServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_list_says_of_every_package_what_it_is_and_who_holds_it()
    {
        await _server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()), Token);
        var name = await UploadAsync("content"u8.ToArray());
        var list = await ListAsync("/api/v1/file");
        Assert.Equal(2, list.GetProperty("total").GetInt32());
        var files = list.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!);
        var uploaded = files[name];
        Assert.Equal(7, uploaded.GetProperty("size").GetInt64());
        Assert.Equal(Sha256("content"u8), uploaded.GetProperty("sha256").GetString());
        Assert.Equal("127.0.0.1", uploaded.GetProperty("by").GetString());
        Assert.True(uploaded.GetProperty("uploaded").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.EndsWith("/api/v1/file/download/" + name, uploaded.GetProperty("uri").GetString()!);
        Assert.False(uploaded.TryGetProperty("held_by", out _));
        var held = files.Values.Single(f => f.GetProperty("name").GetString() != name);
        Assert.StartsWith("exclamation", held.GetProperty("held_by").GetString()!);
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        var names = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Add(await UploadAsync([(byte)i]));
        }

        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await ListAsync($"/api/v1/file?limit=2{(next is null ? "" : "&after=" + next)}");
            seen.AddRange(page.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()!));
            next = page.TryGetProperty("next", out var value) ? value.GetString() : null;
        }
        while (next is not null);

        Assert.Equal(names.Order(StringComparer.Ordinal), seen);
        Assert.Equal(422, (int)(await _server.Client.GetAsync("/api/v1/file?limit=0", Token)).StatusCode);
    }

    [Fact]
    public async Task A_package_that_a_topology_holds_is_deleted_only_after_the_kill()
    {
        await _server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()), Token);
        var name = (await ListAsync("/api/v1/file")).GetProperty("files")[0].GetProperty("name").GetString();
        var refused = await _server.SendRawAsync(Encoding.ASCII.GetBytes($"DELETE /api/v1/file/{name} HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.Equal(409, refused.Status);
        Assert.Contains("exclamation", refused.Message);
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.DeleteAsync(Topology, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.DeleteAsync("/api/v1/file/" + name, Token)).StatusCode);
    }

    [Fact]
    public async Task A_package_that_nobody_holds_is_deleted_once_and_only_when_it_is_the_one_meant()
    {
        var name = await UploadAsync("a"u8.ToArray());
        using var stale = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/file/" + name);
        stale.Headers.TryAddWithoutValidation("If-Match", "\"another\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await _server.Client.SendAsync(stale, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.DeleteAsync("/api/v1/file/" + name, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.DeleteAsync("/api/v1/file/" + name, Token)).StatusCode);
        Assert.Empty(_server.StoredFiles());
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("core")]
    [InlineData(".meta")]
    [InlineData("..%2f..%2fx")]
    public async Task Only_packages_can_be_deleted(string name) =>
        Assert.Contains((int)(await _server.Client.DeleteAsync("/api/v1/file/" + name, Token)).StatusCode, (int[])[404, 405]);

    [Fact]
    public async Task An_upload_that_is_not_what_its_digest_says_is_refused_and_leaves_nothing()
    {
        var right = $"sha-256=:{Convert.ToBase64String(SHA256.HashData("content"u8))}:";
        var wrong = $"sha-256=:{Convert.ToBase64String(SHA256.HashData("other"u8))}:";
        var refused = await PostAsync("content"u8.ToArray(), wrong);
        Assert.Equal(422, (int)refused.StatusCode);
        Assert.Contains("nothing is stored", await refused.Content.ReadAsStringAsync(Token));
        Assert.Empty(_server.StoredFiles());
        Assert.Equal(400, (int)(await PostAsync("content"u8.ToArray(), "sha-256=abc")).StatusCode);
        Assert.Equal(200, (int)(await PostAsync("content"u8.ToArray(), "md5=:abc:, " + right)).StatusCode);
        Assert.Equal(200, (int)(await PostAsync("content"u8.ToArray(), "md5=:abc:")).StatusCode);
    }

    [Fact]
    public async Task A_download_tells_the_digest_of_the_whole_also_with_a_part_of_it()
    {
        var name = await UploadAsync("content"u8.ToArray());
        var expected = $"sha-256=:{Convert.ToBase64String(SHA256.HashData("content"u8))}:";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/file/download/" + name);
        request.Headers.Range = new(0, 2);
        var part = await _server.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(expected, part.Headers.GetValues("Repr-Digest").Single());
        var whole = await _server.Client.GetAsync("/api/v1/file/download/" + name, Token);
        Assert.Equal(expected, whole.Headers.GetValues("Repr-Digest").Single());
    }

    [Fact]
    public async Task The_digest_of_a_package_and_of_the_core_is_a_file_that_sha256sum_checks()
    {
        var core = Path.Join(_server.Folder, "heron-core.tar.gz");
        await File.WriteAllTextAsync(core, "core", Token);
        await using var server = await TestServer.StartAsync(corePackage: core);
        var folder = Directory.CreateDirectory(Path.Join(_server.Folder, "node")).FullName;
        await File.WriteAllTextAsync(Path.Join(folder, "heron-core.tar.gz"), "core", Token);
        await File.WriteAllTextAsync(
            Path.Join(folder, "sums"), await server.Client.GetStringAsync("/api/v1/file/download/core.sha256", Token), Token);
        using var check = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("sha256sum", ["-c", "sums"]) { WorkingDirectory = folder })!;
        await check.WaitForExitAsync(Token);
        Assert.Equal(0, check.ExitCode);

        var name = await UploadAsync("content"u8.ToArray());
        Assert.Equal(
            $"{Sha256("content"u8)}  {name}\n", await _server.Client.GetStringAsync($"/api/v1/file/download/{name}.sha256", Token));
        Assert.Equal(404, (int)(await _server.Client.GetAsync($"/api/v1/file/download/{Guid.NewGuid()}-topology.jar.sha256", Token)).StatusCode);
    }

    [Fact]
    public async Task A_core_that_is_replaced_by_a_rename_is_the_new_one_for_the_next_request_and_the_old_one_for_a_running_download()
    {
        var core = Path.Join(_server.Folder, "heron-core.tar.gz");
        var (old, now) = (RandomNumberGenerator.GetBytes(20_000_000), RandomNumberGenerator.GetBytes(20_000_000));
        await File.WriteAllBytesAsync(core, old, Token);
        await using var server = await TestServer.StartAsync(corePackage: core);
        Assert.Equal(Sha256(old), (await server.Client.GetStringAsync("/api/v1/file/download/core.sha256", Token))[..64]);
        var running = await server.Client.GetAsync("/api/v1/file/download/core", HttpCompletionOption.ResponseHeadersRead, Token);
        await File.WriteAllBytesAsync(core + ".new", now, Token);
        File.SetLastWriteTimeUtc(core + ".new", File.GetLastWriteTimeUtc(core));
        File.Move(core + ".new", core, overwrite: true);
        Assert.Equal(now, await server.Client.GetByteArrayAsync("/api/v1/file/download/core", Token));
        Assert.Equal(old, await running.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(Sha256(now), (await server.Client.GetStringAsync("/api/v1/file/download/core.sha256", Token))[..64]);
    }

    [Fact]
    public async Task A_folder_of_cores_serves_each_release_under_its_own_address()
    {
        var folder = Directory.CreateDirectory(Path.Join(_server.Folder, "cores")).FullName;
        await File.WriteAllTextAsync(Path.Join(folder, "heron-core-0.17.8.tar.gz"), "old", Token);
        await File.WriteAllTextAsync(Path.Join(folder, "heron-core-0.20.5.tar.gz"), "new", Token);
        await File.WriteAllTextAsync(Path.Join(folder, "README"), "no core", Token);
        await using var server = await TestServer.StartAsync(corePackage: folder);
        Assert.Equal("old", await server.Client.GetStringAsync("/api/v1/file/download/core/0.17.8", Token));
        Assert.Equal("new", await server.Client.GetStringAsync("/api/v1/file/download/core/0.20.5", Token));
        Assert.Equal(
            $"{Sha256("new"u8)}  heron-core-0.20.5.tar.gz\n",
            await server.Client.GetStringAsync("/api/v1/file/download/core/0.20.5.sha256", Token));
        var missing = await server.SendRawAsync("GET /api/v1/file/download/core/0.1 HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.Equal(404, missing.Status);
        Assert.Contains("0.17.8, 0.20.5", missing.Message);
        var which = await server.SendRawAsync("GET /api/v1/file/download/core HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.Contains("heron.core.version", which.Message);
    }

    [Fact]
    public async Task Many_answers_large_and_small_come_whole_and_in_order_over_one_connection()
    {
        var large = RandomNumberGenerator.GetBytes(5_000_001);
        var (big, small) = (await UploadAsync(large), await UploadAsync("small"u8.ToArray()));
        using var socket = await ConnectAsync();
        string[] paths = [big, small, big, small, small, big];

        // All of them asked for at once, as a client with pipelining does.
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(string.Concat(paths.Select(p => $"GET /api/v1/file/download/{p} HTTP/1.1\r\nHost: x\r\n\r\n"))),
            SocketFlags.None,
            Token);
        await using var stream = new NetworkStream(socket);
        foreach (var path in paths)
        {
            var length = await ReadHeadAsync(stream);
            var body = new byte[length];
            await stream.ReadExactlyAsync(body, Token);
            Assert.True(body.AsSpan().SequenceEqual(path == big ? large : "small"u8), "other bytes than the file's");
        }
    }

    [Fact]
    public async Task A_client_that_reads_slowly_gets_all_and_one_that_leaves_hinders_nobody()
    {
        var content = RandomNumberGenerator.GetBytes(30_000_000);
        var name = await UploadAsync(content);
        using (var leaving = await ConnectAsync())
        {
            await leaving.SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/file/download/{name} HTTP/1.1\r\nHost: x\r\n\r\n"), SocketFlags.None, Token);
            await leaving.ReceiveAsync(new byte[1000], SocketFlags.None, Token);
            leaving.LingerState = new LingerOption(true, 0);
        }

        using var slow = await ConnectAsync();
        slow.ReceiveBufferSize = 8 * 1024;
        await slow.SendAsync(
            Encoding.ASCII.GetBytes($"GET /api/v1/file/download/{name} HTTP/1.1\r\nHost: x\r\nRange: bytes=7-600006\r\n\r\n"), SocketFlags.None, Token);
        await using var stream = new NetworkStream(slow);
        Assert.Equal(600_000, await ReadHeadAsync(stream));
        var received = new MemoryStream();
        var piece = new byte[3000];
        while (received.Length < 600_000)
        {
            received.Write(piece, 0, await stream.ReadAsync(piece, Token));
            if (received.Length % 64 == 0)
            {
                await Task.Yield();
            }
        }

        Assert.True(received.ToArray().AsSpan().SequenceEqual(content.AsSpan(7, 600_000)), "other bytes than the file's");
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.GetAsync("/api/v1/version", Token)).StatusCode);
    }

    [Fact]
    public async Task Clients_that_break_off_a_download_are_no_fault_of_the_server()
    {
        const int Clients = 20;
        var name = await UploadAsync(RandomNumberGenerator.GetBytes(30_000_000));
        var path = $"/api/v1/file/download/{name}";
        for (var i = 0; i < Clients; i++)
        {
            using var leaving = await ConnectAsync();
            await leaving.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"), SocketFlags.None, Token);
            await leaving.ReceiveAsync(new byte[1000], SocketFlags.None, Token);
            leaving.LingerState = new LingerOption(true, 0);
        }

        await Poll.UntilAsync(
            () => _server.Log.Lines.Count(line => line.Contains("GET " + path, StringComparison.Ordinal)) >= Clients, "all of them are logged");
        Assert.DoesNotContain(_server.Log.Lines, line => line.StartsWith("answering ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_becomes_shorter_while_it_is_sent_cuts_the_connection_instead_of_ending_the_answer()
    {
        var core = Path.Join(_server.Folder, "heron-core.tar.gz");
        await File.WriteAllBytesAsync(core, new byte[50_000_000], Token);
        await using var server = await TestServer.StartAsync(corePackage: core);
        using var socket = await ConnectAsync(server.Port);
        await socket.SendAsync("GET /api/v1/file/download/core HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), SocketFlags.None, Token);
        await using var stream = new NetworkStream(socket);
        var length = await ReadHeadAsync(stream);
        using (var file = new FileStream(core, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(100_000);
        }

        var received = 0L;
        var buffer = new byte[100_000];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, Token)) > 0;)
            {
                received += read;
                Assert.False(Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 8)).StartsWith("HTTP/1.1", StringComparison.Ordinal), "another answer began in the middle of one");
            }
        }
        catch (IOException)
        {
            // A reset is as good an end.
        }

        Assert.True(received < length);
        await Poll.UntilAsync(
            () => server.Log.Lines.Any(line => line.Contains("heron-core.tar.gz could not be sent to its end", StringComparison.Ordinal)), "the log says why");
    }

    [Fact]
    public void What_a_client_sends_ahead_is_taken_only_so_far()
    {
        // The transport of HTTP/1.1 goes by this number alone; Kestrel's own is for other protocols.
        Assert.Equal(KestrelSetup.UnreadOfOne, _server.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.MaxReadBufferSize);
    }

    private static string Sha256(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private async Task<JsonElement> ListAsync(string path) =>
        JsonDocument.Parse(await _server.Client.GetStringAsync(path, Token)).RootElement;

    private async Task<string> UploadAsync(byte[] content) =>
        (await (await PostAsync(content, null)).Content.ReadAsStringAsync(Token)).Split('/')[^1];

    private Task<HttpResponseMessage> PostAsync(byte[] content, string? digest)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/file/upload")
        {
            Content = Forms.Content(Forms.Body([], ("file", "filename=\"a.jar\"", content))),
        };
        if (digest is not null)
        {
            request.Headers.TryAddWithoutValidation("Repr-Digest", digest);
        }

        return _server.Client.SendAsync(request, Token);
    }

    private async Task<Socket> ConnectAsync(int? port = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port ?? _server.Port, Token);
        return socket;
    }

    private static async Task<long> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, Token);
            head.Append((char)one[0]);
        }

        var line = head.ToString().Split("\r\n").Single(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return long.Parse(line.Split(':')[1]);
    }
}
