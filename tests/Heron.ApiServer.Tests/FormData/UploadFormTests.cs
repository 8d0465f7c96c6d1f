// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.FormData;

/// <summary>Forms in every shape that RFC 2046 allows, and what is said of those that it does not.</summary>
public sealed class UploadFormTests
{
    private const string Upload = "/api/v1/file/upload";
    private const string Jar = "PK\u0003\u0004jar bytes \u0000\u00ff\r\n--b0undar\r\nend";

    public static TheoryData<string, int, string> Recorded => new()
    {
        { "upload-base64", 200, Jar },
        { "upload-quoted-printable", 200, "a=bc\r\n" },
        { "upload-binary", 200, Jar },
        { "upload-unknown-encoding", 415, "the part 'file' has the Content-Transfer-Encoding x-uuencode" },
        { "upload-preamble-with-boundary-text", 200, Jar },
        { "upload-long-epilogue", 200, Jar },
        { "upload-unquoted-boundary", 200, Jar },
        { "upload-lf-only", 400, "must end with CR LF" },
    };

    public static TheoryData<string, string, string> Encoded => new()
    {
        { "base64", "QU\r\nJD\tRA==\r\n", "ABCD" },
        { "BASE64", "", "" },
        { "quoted-printable", "a=\r\nb=3d =20 \t \r\nc  ", "ab=  \r\nc" },
        { "quoted-printable", "soft= \t\r\nbreak=", "softbreak" },
        { " 8bit ", "a=3D", "a=3D" },
    };

    public static TheoryData<string, string> BadlyEncoded => new()
    {
        { "base64", "QUJ" }, { "base64", "QQ==QQ==" }, { "base64", "Q!==" }, { "base64", "QU=D" },
        { "quoted-printable", "=3" }, { "quoted-printable", "=xy" }, { "quoted-printable", "=   x" }, { "quoted-printable", "=\rx" },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task A_recorded_form_is_stored_as_it_was_meant_or_refused_with_the_reason(string name, int status, string content)
    {
        await using var server = await TestServer.StartAsync();
        var response = await server.SendRawAsync(await File.ReadAllBytesAsync(Fixtures.File("multipart", name + ".http")));
        Assert.Equal(status, response.Status);
        if (status == 200)
        {
            Assert.Equal(content, Encoding.Latin1.GetString(await server.Client.GetByteArrayAsync(new Uri(response.Text).AbsolutePath)));
        }
        else
        {
            Assert.Contains(content, response.Message, StringComparison.Ordinal);
            Assert.Empty(server.StoredFiles());
        }
    }

    [Theory]
    [MemberData(nameof(Encoded))]
    public async Task An_encoded_part_is_stored_decoded(string encoding, string sent, string stored)
    {
        await using var server = await TestServer.StartAsync();
        var response = await server.SendRawAsync(OneFile(sent, $"Content-Transfer-Encoding: {encoding}\r\n"));
        Assert.Equal(200, response.Status);
        Assert.Equal(stored, await server.Client.GetStringAsync(new Uri(response.Text).AbsolutePath));
    }

    [Theory]
    [MemberData(nameof(BadlyEncoded))]
    public async Task A_part_that_is_not_in_its_encoding_is_refused_and_named(string encoding, string sent)
    {
        await using var server = await TestServer.StartAsync();
        var response = await server.SendRawAsync(OneFile(sent, $"Content-Transfer-Encoding: {encoding}\r\n"));
        Assert.Equal(400, response.Status);
        Assert.Contains($"the part 'file' says Content-Transfer-Encoding: {encoding}", response.Message, StringComparison.Ordinal);
        Assert.Empty(server.StoredFiles());
    }

    [Fact]
    public async Task A_large_encoded_part_arrives_whole()
    {
        await using var server = await TestServer.StartAsync();
        var content = new byte[1_000_003];
        Random.Shared.NextBytes(content);
        var text = Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks);
        var response = await server.SendRawAsync(OneFile(text, "Content-Transfer-Encoding: base64\r\n"));
        Assert.Equal(content, await server.Client.GetByteArrayAsync(new Uri(response.Text).AbsolutePath));
    }

    [Theory]
    [InlineData("--x\r\n", "--x--")]
    [InlineData("\r\n--x \t \r\n", "--x-- \t")]
    [InlineData("first\r\n--xy\r\n--x\r\n", "--x--\r\n--x\r\nnothing that counts")]
    public async Task Blanks_behind_a_boundary_and_text_before_and_after_the_form_are_fine(string begin, string end)
    {
        await using var server = await TestServer.StartAsync();
        var body = $"{begin}Content-Disposition: form-data;\r\n name=\"file\"\r\n\r\n--x in\r\n--x-\r\n--xx--\r\n{end}";
        var response = await server.SendRawAsync(Support.Forms.RawPost(Upload, Encoding.Latin1.GetBytes(body), "multipart/form-data; boundary=x"));
        Assert.Equal(200, response.Status);
        Assert.Equal("--x in\r\n--x-\r\n--xx--", await server.Client.GetStringAsync(new Uri(response.Text).AbsolutePath));
    }

    [Fact]
    public async Task A_form_is_the_same_in_whatever_pieces_it_arrives()
    {
        await using var server = await TestServer.StartAsync();
        var content = "\r\n--b0undar\r\r\n--b0undary-\r\n\r\r\n-";
        var body = Encoding.Latin1.GetString(OneFile(content, ""));
        body = body[(body.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        for (var size = 1; size < 60; size++)
        {
            var chunks = string.Concat(body.Chunk(size).Select(c => $"{c.Length:x}\r\n{new string(c)}\r\n"));
            var response = await RawHttp.SendAsync(
                server.Port,
                $"POST {Upload} HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b0undary\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");
            Assert.Equal(content, await server.Client.GetStringAsync(new Uri(response.Text).AbsolutePath));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate, br")]
    public async Task A_compressed_body_is_refused_with_the_header_that_says_so(string coding)
    {
        await using var server = await TestServer.StartAsync();
        var request = Encoding.Latin1.GetString(OneFile("x", "")).Replace("Host:", $"Content-Encoding: {coding}\r\nHost:", StringComparison.Ordinal);
        var response = await RawHttp.SendAsync(server.Port, request);
        Assert.Equal(415, response.Status);
        Assert.Contains($"Content-Encoding {coding}", response.Message, StringComparison.Ordinal);
        Assert.Equal("identity", response.Headers["Accept-Encoding"]);
        Assert.Empty(server.StoredFiles());
    }

    private static byte[] OneFile(string content, string headers) => Support.Forms.RawPost(
        Upload,
        Encoding.Latin1.GetBytes(
            $"--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.jar\"\r\n{headers}\r\n{content}\r\n--b0undary--\r\n"),
        "multipart/form-data; boundary=b0undary");
}
