// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Files;

public sealed class UploadTests
{
    [Fact]
    public async Task An_upload_answers_with_the_plain_uri_and_the_uri_gives_the_bytes_back()
    {
        await using var server = await TestServer.StartAsync();
        var content = RandomNumberGenerator.GetBytes(300_000);

        var (status, uri) = await UploadAsync(server, "filename=\"topology.tar.gz\"", content);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches(
            $@"\Ahttp://apiserver\.example:{server.Port}/api/v1/file/download/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}-topology\.tar\.gz\z",
            uri);
        Assert.Equal(content, await server.Client.GetByteArrayAsync(new Uri(uri).AbsolutePath));
    }

    [Theory]
    [InlineData("filename=\"../../x\"")]
    [InlineData("filename=\"/etc/passwd\"")]
    [InlineData("filename=\"..\\x\"")]
    [InlineData("filename=\"a\0b\"")]
    [InlineData("filename=\"\"")]
    [InlineData("filename=\".\"")]
    [InlineData("filename=\"..\"")]
    [InlineData("filename=\"CON\"")]
    [InlineData("filename*=utf-8''..%2F..%2Fx")]
    [InlineData("filename*=utf-8''a%0D%0Ab")]
    [InlineData("filename=\"\u202egnp.exe\"")]
    public async Task A_hostile_file_name_never_reaches_the_disk(string fileName)
    {
        await using var server = await TestServer.StartAsync();
        var before = Directory.GetFileSystemEntries(server.Folder).Order();

        var (status, uri) = await UploadAsync(server, fileName, "x"u8.ToArray());

        if (status == HttpStatusCode.OK)
        {
            Assert.Matches(new Regex(@"/[0-9a-f-]{36}-topology\z"), uri);
            Assert.Equal(3, server.StoredFiles().Count);
        }
        else
        {
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Empty(server.StoredFiles());
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(server.Folder).Order());
        Assert.All(server.Log.Lines, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public async Task A_file_name_of_300_characters_is_no_problem()
    {
        await using var server = await TestServer.StartAsync();
        var (status, uri) = await UploadAsync(server, $"filename=\"{new string('a', 300)}.jar\"", "x"u8.ToArray());
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.EndsWith("-topology.jar", uri);
    }

    [Fact]
    public async Task Parts_before_and_after_the_file_do_not_matter()
    {
        await using var server = await TestServer.StartAsync();
        var text = $"--{Forms.Boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
            + $"--{Forms.Boundary}\r\nContent-Disposition: form-data; name*=utf-8''fil%65; filename=\"f.tar\"\r\n\r\nBYTES\r\n"
            + $"--{Forms.Boundary}\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--{Forms.Boundary}--\r\n";
        var response = await server.Client.PostAsync("/api/v1/file/upload", Forms.Content(Encoding.UTF8.GetBytes(text)));
        var uri = new Uri(await response.Content.ReadAsStringAsync());
        Assert.Equal("BYTES", await server.Client.GetStringAsync(uri.AbsolutePath));
    }

    [Fact]
    public async Task A_form_without_the_file_is_told_so_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var body = Forms.Body([new("other", "x")]);
        var response = await server.SendRawAsync(Forms.RawPost("/api/v1/file/upload", body));
        Assert.Equal(400, response.Status);
        Assert.Contains("'file'", response.Message);
        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task A_body_cut_off_at_any_byte_leaves_nothing_and_hangs_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var body = Forms.Body([], ("file", "filename=\"a.tar.gz\"", RandomNumberGenerator.GetBytes(200)));

        for (var cut = 0; cut < body.Length - 4; cut++)
        {
            // Cut in two ways: the connection ends early, or the client itself says that this was all.
            var head = Encoding.Latin1.GetBytes(
                $"POST /api/v1/file/upload HTTP/1.1\r\nHost: x\r\nContent-Length: {(cut % 2 == 0 ? body.Length : cut)}\r\n"
                + $"Content-Type: {Forms.ContentType}\r\n\r\n");
            var response = await server.SendRawAsync((byte[])[.. head, .. body[..cut]], halfClose: true);
            Assert.True(response.Status is 400 or 0, $"cut at {cut}: {response.Status} {response.Text}");
            if (response.Status == 400)
            {
                Assert.NotEmpty(response.Message);
            }
        }

        await Poll.UntilAsync(() => server.StoredFiles().Count == 0, "the last temporary file is gone");
    }

    [Fact]
    public async Task An_upload_larger_than_the_limit_answers_413_closes_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync(uploadLimit: 100_000);
        var body = Forms.Body([], ("file", "filename=\"a.jar\"", new byte[150_000]));

        var announced = await server.SendRawAsync(Forms.RawPost("/api/v1/file/upload", body));
        Assert.Equal(413, announced.Status);
        Assert.Contains("100000", announced.Message);
        Assert.True(announced.Closed);

        var chunked = await server.SendRawAsync(Chunked("/api/v1/file/upload", body));
        Assert.Equal(413, chunked.Status);
        Assert.NotEmpty(chunked.Message);
        Assert.True(chunked.Closed);

        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task A_client_that_reads_only_after_sending_everything_still_gets_the_413()
    {
        await using var server = await TestServer.StartAsync(uploadLimit: 100_000);
        var body = Forms.Body([], ("file", "filename=\"a.jar\"", new byte[20_000_000]));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(413, (await server.SendRawAsync(Forms.RawPost("/api/v1/file/upload", body))).Status);
            Assert.Equal(413, (await server.SendRawAsync(Chunked("/api/v1/file/upload", body))).Status);
        }
    }

    [Fact]
    public async Task An_upload_that_says_no_length_ends_where_the_room_of_the_store_does_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync(
            overrides: new Dictionary<string, string> { [Heron.Packages.Store.StoreSettings.MaxBytesKey] = "1000000" });
        var body = Forms.Body([], ("file", "filename=\"a.jar\"", new byte[1_200_000]));
        var refused = await server.SendRawAsync(Chunked("/api/v1/file/upload", body));
        Assert.Equal(507, refused.Status);
        Assert.Contains(Heron.Packages.Store.StoreSettings.MaxBytesKey, refused.Message);
        await Poll.UntilAsync(() => server.StoredFiles().Count == 0, "nothing is left behind");

        var (status, _) = await UploadAsync(server, "filename=\"b.jar\"", new byte[900_000]);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_client_that_vanishes_in_the_middle_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.Port);
            var body = Forms.Body([], ("file", "filename=\"a.jar\"", new byte[1_000_000]));
            await socket.SendAsync(Forms.RawPost("/api/v1/file/upload", body).AsMemory(0, 600_000));
            await Poll.UntilAsync(() => server.StoredFiles().Count > 0, "the upload has begun");
            socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        await Poll.UntilAsync(() => server.StoredFiles().Count == 0, "the temporary file is gone");
    }

    [Fact]
    public async Task Fifty_uploads_of_one_name_at_once_are_fifty_files()
    {
        await using var server = await TestServer.StartAsync();
        var uploads = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            i => UploadAsync(server, "filename=\"same.jar\"", Encoding.ASCII.GetBytes($"content {i}"))));
        Assert.Equal(50, uploads.Select(u => u.Uri).Distinct().Count());
        for (var i = 0; i < uploads.Length; i++)
        {
            Assert.Equal($"content {i}", await server.Client.GetStringAsync(new Uri(uploads[i].Uri).AbsolutePath));
        }
    }

    [Fact]
    public async Task What_a_dead_server_left_unfinished_is_swept_by_the_next_one()
    {
        var folder = Directory.CreateTempSubdirectory("heron-api-").FullName;
        var abandoned = Path.Join(folder, "store", ".server", "0123456789abcdef0123456789abcdef", "work");
        Directory.CreateDirectory(abandoned);
        File.WriteAllText(Path.Join(abandoned, "upload-1"), "half a file");
        Directory.CreateDirectory(Path.Join(folder, "store", ".meta"));
        var orphan = "11111111-2222-3333-4444-555555555555-topology.jar";
        File.WriteAllText(
            Path.Join(folder, "store", ".meta", orphan + ".json"),
            """{"sha256":"x","length":1,"stored":"2024-01-01T00:00:00Z","instance":"0123456789abcdef0123456789abcdef"}""");

        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            Assert.Empty(server.StoredFiles());
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_server_does_not_touch_what_another_living_server_is_writing()
    {
        await using var first = await TestServer.StartAsync();
        using var staged = ((Heron.Packages.Store.PackageStore)first.Services.GetService(typeof(Heron.Packages.Store.PackageStore))!).Stage("upload");
        await using (await TestServer.StartAsync(folder: first.Folder))
        {
            Assert.True(File.Exists(staged.Path));
        }

        Assert.True(File.Exists(staged.Path));
    }

    private static byte[] Chunked(string path, byte[] body)
    {
        var request = new MemoryStream();
        request.Write(Encoding.Latin1.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: {Forms.ContentType}\r\n\r\n"));
        foreach (var chunk in body.Chunk(10_000))
        {
            request.Write(Encoding.Latin1.GetBytes($"{chunk.Length:x}\r\n"));
            request.Write(chunk);
            request.Write("\r\n"u8);
        }

        request.Write("0\r\n\r\n"u8);
        return request.ToArray();
    }

    private static async Task<(HttpStatusCode Status, string Uri)> UploadAsync(TestServer server, string fileName, byte[] content)
    {
        var response = await server.Client.PostAsync(
            "/api/v1/file/upload", Forms.Content(Forms.Body([], ("file", fileName, content))));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
