// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Errors;

/// <summary>Every error is a JSON object with a message: the CLI crashes on anything else.</summary>
public sealed class ErrorBodyTests
{
    private const string Get = "GET /api/v1/version HTTP/1.1\r\nHost: x\r\n";

    public static TheoryData<string, int> Malformed => new()
    {
        { "GARBAGE\r\n\r\n", 400 },
        { "GET / HTTP/9.9\r\n\r\n", 505 },
        { "GET /api/v1/version HTTP/1.1\r\n\r\n", 400 },
        { Get + "Host: y\r\n\r\n", 400 },
        { Get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400 },
        { Get + "Name : x\r\n\r\n", 400 },
        { Get + "A: b\r\n folded\r\n\r\n", 400 },
        { Get + "Transfer-Encoding: xchunked\r\n\r\n", 400 },
        { $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n", 414 },
        { Get + $"A: {new string('a', 40_000)}\r\n\r\n", 431 },
        { Get + string.Concat(Enumerable.Range(0, 150).Select(i => $"h{i}: x\r\n")) + "\r\n", 431 },
        { "GET /api/v1/file/download/a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
        { "POST /api/v1/file/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
        { "POST /api/v1/topologies HTTP/1.0\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n", 400 },
        { "POST /api/v1/topologies HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n", 411 },
        {
            "POST /api/v1/file/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n"
            + "FFFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n",
            400
        },
        {
            "POST /api/v1/file/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n"
            + "5;x\ny\r\nhello\r\n0\r\n\r\n",
            400
        },
        { "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404 },
        { "GET /API/V1/VERSION HTTP/1.1\r\nHost: x\r\n\r\n", 404 },
        { "PUT /api/v1/version HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405 },
        { "POST /api/v1/file/download/core HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405 },
        { "POST /api/v1/topologies HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}", 415 },
        { "POST /api/v1/topologies HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: multipart/form-data\r\n\r\n{}", 400 },
        { "POST /api/v1/topologies/a/b/c/d/restart HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}", 415 },
        { "POST /api/v1/topologies/a/b/c/d/restart HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 415 },
        { "POST /api/v1/topologies/a/b/c/d/update HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}", 415 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Every_error_is_an_object_with_a_message(string request, int status)
    {
        await using var server = await TestServer.StartAsync();
        var response = await RawHttp.SendAsync(server.Port, request);
        Assert.Equal(status, response.Status);
        Assert.Equal("application/json", response.Headers["Content-Type"]);
        Assert.NotEmpty(response.Message);
    }

    [Fact]
    public async Task An_unknown_path_lists_where_the_api_begins()
    {
        await using var server = await TestServer.StartAsync();
        var response = await RawHttp.SendAsync(server.Port, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(
            ["/api/v1/topologies", "/api/v1/version", "/api/v1/file"],
            response.Json.GetProperty("paths").EnumerateArray().Select(p => p.GetString()!));
    }

    [Fact]
    public async Task A_method_that_is_not_allowed_is_answered_with_those_that_are()
    {
        await using var server = await TestServer.StartAsync();
        var response = await RawHttp.SendAsync(server.Port, "PUT /api/v1/version HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("GET, HEAD", response.Headers["Allow"]);
    }

    [Fact]
    public async Task A_connection_serves_good_requests_until_a_bad_one_comes()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Get + "\r\n" + Get + "\r\nBROKEN\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream());
        var all = await reader.ReadToEndAsync();
        Assert.Equal(2, all.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Contains("HTTP/1.1 400 Bad Request", all);
        Assert.EndsWith("}", all);
    }

    [Fact]
    public void A_full_disk_is_told_as_such()
    {
        // What .NET throws for ENOSPC and EDQUOT on Linux.
        Assert.Equal(507, ErrorTable.Of(new IOException("No space left on device", 28)).Status);
        Assert.Equal(507, ErrorTable.Of(new IOException("Disk quota exceeded", 122)).Status);
        Assert.Equal(500, ErrorTable.Of(new IOException("something else", 5)).Status);
    }

    [Fact]
    public void Work_that_a_stopping_server_cuts_off_is_no_fault_of_the_server()
    {
        var (status, body) = ErrorTable.Of(new OperationCanceledException());
        Assert.Equal(503, status);
        Assert.Contains("send it again", body.Message);
    }

    [Fact]
    public async Task The_log_says_why_a_request_was_refused()
    {
        await using var server = await TestServer.StartAsync();
        await RawHttp.SendAsync(
            server.Port, "POST /api/v1/topologies/a/b/c/d/update HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        await Poll.UntilAsync(
            () => server.Log.Lines.Any(line =>
                line.Contains("/d/update -> 422", StringComparison.Ordinal)
                && line.EndsWith(": missing component_parallelism or runtime_config param", StringComparison.Ordinal)),
            "the request's line with its reason");
    }

    [Fact]
    public void Messages_are_written_as_the_reference_writes_them()
    {
        using var file = File.OpenRead(Fixtures.Reference("apiserver", "message-bodies.json"));
        foreach (var entry in JsonDocument.Parse(file).RootElement.EnumerateArray())
        {
            if (entry.GetProperty("message").GetString() is not { } message)
            {
                continue;
            }

            var body = entry.TryGetProperty("missing", out var missing)
                ? new ErrorBody(message) { Errors = new ErrorDetails([.. missing.EnumerateArray().Select(m => m.GetString()!)]) }
                : new ErrorBody(message);
            var written = JsonDocument.Parse(ErrorWriter.Serialize(body)).RootElement;
            var expected = JsonDocument.Parse(entry.GetProperty("body").GetString()!).RootElement;
            Assert.True(JsonElement.DeepEquals(expected, written), written.ToString());
        }
    }
}
