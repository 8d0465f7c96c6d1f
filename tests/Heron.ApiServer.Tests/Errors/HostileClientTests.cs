// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Errors;

/// <summary>What clients send that are broken, in a hurry, or mean it: each gets a sentence, and leaves nothing behind.</summary>
public sealed class HostileClientTests
{
    private const string Upload = "/api/v1/file/upload";
    private const string Submit = "/api/v1/topologies";
    private const string Topology = Submit + "/nomad/ads/devel/exclamation";
    private const string OneFile = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jar\"\r\n\r\nBYTES\r\n";
    private const string Field = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    private const string Chunked = "POST " + Upload + " HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: ";

    public static TheoryData<string, string, int, string> Forms => new()
    {
        { Upload, OneFile + OneFile + "--x--\r\n", 400, "two parts named 'file'" },
        { Upload, OneFile, 400, "ended before its closing boundary" },
        { Upload, "", 400, "ended before its closing boundary" },
        { Topology + "/update", Field, 400, "ended before its closing boundary" },
        { Topology + "/update", "--x\r\nContent-Disp", 400, "ended before its closing boundary" },
        { Topology + "/restart", Field, 400, "ended before its closing boundary" },
        { Topology + "/restart", "", 400, "ended before its closing boundary" },
        { Upload, new string('?', 5000), 400, "ended before its closing boundary" },
        { Upload, "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n", 400, "no part named 'file'" },
        { Upload, "--x\r\n\r\n1\r\n--x--\r\n", 400, "no part named 'file'" },
        { Upload, "--x\r\nContent-Disposition: =;;\"\r\n\r\n1\r\n--x--\r\n", 400, "no part named 'file'" },
        { Upload, $"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{new string('a', 20_000)}\"\r\n\r\n1\r\n--x--\r\n", 400, "more than 16384 bytes" },
        { Upload, "--x\r\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"A{i}: b\r\n")) + "\r\n1\r\n--x--\r\n", 400, "malformed" },
        { Upload, string.Concat(Enumerable.Repeat(Field, 10_000)) + "--x--\r\n", 413, "more than 2000 parts" },
        { Submit, string.Concat(Enumerable.Repeat(Field, 10_000)) + "--x--\r\n", 413, "more than 2000 parts" },
        { Submit, $"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{new string('1', 300_000)}\r\n--x--\r\n", 413, "larger than 262144 bytes" },
    };

    public static TheoryData<string, int, string> Requests => new()
    {
        { Chunked + "gzip, chunked\r\n\r\n0\r\n\r\n", 400, "gzip, chunked is not understood" },
        { Chunked + "chunked\r\n\r\nzz\r\n", 400, "malformed" },
        { "POST /api/v1/topologies/a/b/c/d HTTP/1.1\r\nHost: h\r\nX-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n\r\n", 405, "Allow" },
        { "TRACE /api/v1/version HTTP/1.1\r\nHost: h\r\n\r\n", 405, "Allow" },
        { "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", 405, "Allow" },
        { "GET http://elsewhere/api/v1/version HTTP/1.1\r\nHost: h\r\n\r\n", 400, "Host" },
        { "GET /api/v1/version HTTP/1.1\r\nHost: a/b@c\r\n\r\n", 400, "Host" },
        { "GET /api/v1/version HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n", 400, "malformed" },
        { "POST /api/v1/file/upload HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400, "malformed" },
        { "POST /api/v1/file/upload HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", 400, "malformed" },
        { "GET /api/v1/file/download/%c0%ae%c0%ae HTTP/1.1\r\nHost: h\r\n\r\n", 404, "'%c0%ae%c0%ae'" },
        { "GET /api/v1/file/download/%ed%a0%80 HTTP/1.1\r\nHost: h\r\n\r\n", 404, "'%ed%a0%80'" },
        { "GET /api/v1/file/download/%ff HTTP/1.1\r\nHost: h\r\n\r\n", 404, "'%ff'" },
        { "GET /api/v1/file/download/%0d%0aX:y HTTP/1.1\r\nHost: h\r\n\r\n", 404, "'\\u000D\\u000AX:y'" },
        { "GET /api/v1/topologies/nomad/ads/devel/a%0ab HTTP/1.1\r\nHost: h\r\n\r\n", 422, "cannot be the name of a topology" },
        { $"GET /api/v1/topologies/nomad/ads/devel/{new string('n', 5000)} HTTP/1.1\r\nHost: h\r\n\r\n", 404, "nnn...'" },
        { "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\nExpect: 100-continue\r\n\r\n", 404, "nothing at this path" },
        { "POST /api/v1/file/upload HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n", 415, "multipart/form-data" },
        {
            "POST /api/v1/file/upload HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            + "Content-Length: 999999999999999\r\nExpect: 100-continue\r\n\r\n",
            413, "at most"
        },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_that_is_broken_or_too_much_is_told_why_and_leaves_nothing(string path, string body, int status, string why)
    {
        await using var server = await TestServer.StartAsync();
        var bytes = Encoding.Latin1.GetBytes(body);
        var response = await server.SendRawAsync(Support.Forms.RawPost(path, bytes, "multipart/form-data; boundary=x"));
        Assert.Equal(status, response.Status);
        Assert.Contains(why, response.Message, StringComparison.Ordinal);
        Assert.Empty(server.StoredFiles());
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_that_is_refused_gets_a_sentence_at_once(string request, int status, string why)
    {
        await using var server = await TestServer.StartAsync();
        var response = await RawHttp.SendAsync(server.Port, request);
        Assert.Equal(status, response.Status);
        Assert.Contains(why, response.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', response.Message);
        Assert.Empty(server.StoredFiles());
    }

    [Theory]
    [InlineData(70)]
    [InlineData(200)]
    public async Task A_long_boundary_is_fine(int length)
    {
        await using var server = await TestServer.StartAsync();
        var boundary = new string('b', length);
        var body = (OneFile + "--x--\r\n").Replace("--x", "--" + boundary, StringComparison.Ordinal);
        var response = await server.SendRawAsync(
            Support.Forms.RawPost(Upload, Encoding.Latin1.GetBytes(body), "multipart/form-data; boundary=" + boundary));
        Assert.Equal(200, response.Status);
    }

    [Fact]
    public async Task A_client_that_waits_for_leave_to_send_gets_it_at_once()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient("127.0.0.1", server.Port);
        var stream = client.GetStream();
        var body = Encoding.Latin1.GetBytes(OneFile + "--x--\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            $"POST {Upload} HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {body.Length}\r\n"
            + "Connection: close\r\nExpect: 100-continue\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync());
        await stream.WriteAsync(body);
        var rest = await reader.ReadToEndAsync();
        Assert.Contains("HTTP/1.1 200 OK", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_in_tiny_chunks_is_an_upload_like_any_other()
    {
        await using var server = await TestServer.StartAsync();
        var body = string.Concat((OneFile + "--x--\r\n").Chunk(3).Select(c => $"{c.Length:x};ext=1\r\n{new string(c)}\r\n"));
        var response = await RawHttp.SendAsync(server.Port, Chunked + "chunked\r\n\r\n" + body + "0\r\nTrailer: x\r\n\r\n");
        Assert.Equal(200, response.Status);
        Assert.Equal("BYTES", await server.Client.GetStringAsync(new Uri(response.Text).AbsolutePath));
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_uploads_and_downloads_and_its_connection_is_closed()
    {
        await using var server = await TestServer.StartAsync();
        var body = OneFile + "--x--\r\n";
        var upload = await RawHttp.SendAsync(
            server.Port,
            $"POST {Upload} HTTP/1.0\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal(200, upload.Status);
        var download = await RawHttp.SendAsync(server.Port, $"GET {new Uri(upload.Text).AbsolutePath} HTTP/1.0\r\n\r\n");
        Assert.Equal((200, "BYTES"), (download.Status, download.Text));
        Assert.True(download.Closed);
    }

    [Fact]
    public async Task Connections_that_say_nothing_keep_nobody_out()
    {
        await using var server = await TestServer.StartAsync();
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                idle.Add(new TcpClient("127.0.0.1", server.Port));
                await idle[i].GetStream().WriteAsync("GET /api/v1/ver"u8.ToArray());
            }

            Assert.Equal(System.Net.HttpStatusCode.OK, (await server.Client.GetAsync("/api/v1/version")).StatusCode);
        }
        finally
        {
            idle.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task A_package_that_is_downloaded_while_its_topology_is_killed_arrives_whole()
    {
        await using var server = await TestServer.StartAsync();
        var binary = new byte[6_000_000];
        Random.Shared.NextBytes(binary);
        var submitted = await server.Client.PostAsync(Submit, Support.Forms.Content(Support.Forms.Submission(binary: binary)));
        submitted.EnsureSuccessStatusCode();
        var package = server.Scheduler.Running.Values.Single().Package;
        using var response = await server.Client.GetAsync(new Uri(package.Uri).AbsolutePath, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[1]);

        Assert.Equal(
            System.Net.HttpStatusCode.OK, (await server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation")).StatusCode);
        Assert.Empty(server.StoredFiles());
        var rest = new MemoryStream();
        await stream.CopyToAsync(rest);
        Assert.Equal(response.Content.Headers.ContentLength, rest.Length + 1);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await server.Client.GetAsync(new Uri(package.Uri).AbsolutePath)).StatusCode);
    }
}
