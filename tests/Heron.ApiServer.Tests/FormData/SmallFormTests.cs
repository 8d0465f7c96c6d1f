// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ApiServer.FormData;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Microsoft.AspNetCore.Http;

namespace Heron.ApiServer.Tests.FormData;

public sealed class SmallFormTests
{
    private const string Restart = "/api/v1/topologies/nomad/ads/devel/words/restart";
    private const string Update = "/api/v1/topologies/nomad/ads/devel/words/update";
    private const string UrlEncoded = "application/x-www-form-urlencoded";

    public static TheoryData<string, string, string> Texts => new()
    {
        { UrlEncoded, "a=caf%C3%A9", "café" },
        { UrlEncoded, "a=café", "café" },
        { UrlEncoded + "; charset=iso-8859-1", "a=caf%E9", "café" },
        { UrlEncoded + "; charset=\"windows-1252\"", "a=%80", "€" },
        { UrlEncoded, "a=%E9&_charset_=iso-8859-1", "é" },
        { UrlEncoded, "&&a=b+c%2B=&", "b c+=" },
        { UrlEncoded, "a", "" },
        { "multipart/form-data; boundary=x", Part("_charset_", "", "iso-8859-1") + Part("a", "", "caf\u00e9") + "--x--", "café" },
        { "multipart/form-data; boundary=x", Part("a", "Content-Type: text/plain; charset=iso-8859-1\r\n", "caf\u00e9") + "--x--", "café" },
        { "multipart/form-data; boundary=x", Part("a", "Content-Transfer-Encoding: quoted-printable\r\n", "caf=C3=A9") + "--x--", "café" },
    };

    public static TheoryData<string, string, int, string> Refused => new()
    {
        { UrlEncoded, "a=caf%E9", 400, "'a' has bytes that are no utf-8" },
        { UrlEncoded, "%E9=a", 400, "the name of a form field has bytes" },
        { UrlEncoded, "a=%zz", 400, "write a percent sign as %25" },
        { UrlEncoded, "a=%4", 400, "write a percent sign as %25" },
        { UrlEncoded + "; charset=klingon", "a=b", 415, "names the charset klingon" },
        { UrlEncoded + "; charset=utf-7", "a=b", 415, "names the charset utf-7" },
        { UrlEncoded, "_charset_=none&a=b", 415, "names the charset none" },
        { "multipart/form-data; boundary=x", Part("a", "", "caf\u00e9") + "--x--", 400, "'a' has bytes that are no utf-8" },
        { "multipart/form-data; boundary=x", Part("a\u00e9", "", "b") + "--x--", 400, "the header of a part is not UTF-8" },
        { "multipart/form-data; boundary=x", Part("a", "", "b"), 400, "ended before its closing boundary" },
        { "multipart/form-data; boundary=x", "", 400, "ended before its closing boundary" },
        { "multipart/form-data", "", 400, "needs a boundary" },
        { "text/plain", "a=b", 415, "send the fields as" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_field_is_read_in_the_charset_that_it_is_in(string contentType, string body, string value)
    {
        var bytes = contentType == UrlEncoded ? Encoding.UTF8.GetBytes(body) : Encoding.Latin1.GetBytes(body);
        var form = await SmallForm.ReadAsync(Request(contentType, bytes), TestContext.Current.CancellationToken);
        Assert.Equal(value, form["a"].ToString());
        Assert.Single(form);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_form_that_cannot_be_read_is_refused_with_what_to_do(string contentType, string body, int status, string why)
    {
        var fault = await Record.ExceptionAsync(
            () => SmallForm.ReadAsync(Request(contentType, Encoding.Latin1.GetBytes(body)), TestContext.Current.CancellationToken));
        var found = fault is BadHttpRequestException bad ? bad.StatusCode : Assert.IsType<HeronException>(fault).Kind == FaultKind.BadRequest ? 400 : 0;
        Assert.Equal((status, true), (found, fault.Message.Contains(why, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Restart)]
    [InlineData(Update)]
    public async Task A_form_that_is_cut_off_anywhere_is_never_a_fault_of_the_server(string path)
    {
        await using var server = await TestServer.StartAsync();
        var multipart = Part("container_id", "", "1") + Part("component_parallelism", "", "a:2") + "--x--\r\n";
        for (var cut = 0; cut < multipart.Length - 4; cut += 3)
        {
            var response = await server.SendRawAsync(
                Support.Forms.RawPost(path, Encoding.Latin1.GetBytes(multipart[..cut]), "multipart/form-data; boundary=x"));
            Assert.Equal(400, response.Status);
            var closed = await server.SendRawAsync(
                Encoding.Latin1.GetBytes(
                    $"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: {(cut % 2 == 0 ? UrlEncoded : "multipart/form-data; boundary=x")}\r\n"
                    + $"Content-Length: {multipart.Length}\r\n\r\n{multipart[..cut]}"),
                halfClose: true);
            Assert.True(closed.Status is 400 or 0, $"cut at {cut}: {closed.Status}");
        }

        Assert.DoesNotContain(server.Log.Lines, l => l.Contains("-> 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_without_body_and_length_over_HTTP_1_0_is_taken_as_one_without_body()
    {
        await using var server = await TestServer.StartAsync();
        var activate = "POST /api/v1/topologies/nomad/ads/devel/words/activate HTTP/1.0\r\nHost: upstream\r\nConnection: close\r\n\r\n";
        for (var cut = 1; cut < activate.Length; cut += 7)
        {
            // In two pieces, cut anywhere.
            using var client = new System.Net.Sockets.TcpClient("127.0.0.1", server.Port) { NoDelay = true };
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(activate[..cut]));
            await Task.Yield();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(activate[cut..]));
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var answer = await reader.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
            Assert.Contains("Topology 'words' does not exist", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_Kestrel_refuses_is_logged_with_its_reason()
    {
        await using var server = await TestServer.StartAsync();
        await RawHttp.SendAsync(server.Port, "GET /api/v1/version HTTP/1.1\r\nHost: a/b@c\r\n\r\n");
        Assert.Contains(
            server.Log.Lines,
            l => l.StartsWith("request from 127.0.0.1 refused before it was read:", StringComparison.Ordinal) && l.Contains("a/b@c", StringComparison.Ordinal));
    }

    private static string Part(string name, string headers, string value) =>
        $"--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n{headers}\r\n{value}\r\n";

    private static HttpRequest Request(string contentType, byte[] body)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        request.ContentLength = body.Length;
        request.Body = new MemoryStream(body);
        return request;
    }
}
