// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Files;

public sealed class DownloadTests : IAsyncLifetime
{
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(700_000);
    private TestServer _server = null!;
    private string _path = "";

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        var response = await _server.Client.PostAsync(
            "/api/v1/file/upload", Forms.Content(Forms.Body([], ("file", "filename=\"a.tar.gz\"", _content))));
        _path = new Uri(await response.Content.ReadAsStringAsync()).AbsolutePath;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_download_has_length_type_digest_tag_and_a_safe_disposition()
    {
        var response = await _server.Client.GetAsync(_path);
        Assert.Equal(_content.Length, response.Content.Headers.ContentLength);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(_content))}\"", response.Headers.ETag!.ToString());
        Assert.Equal($"attachment; filename=\"{_path.Split('/')[^1]}\"", response.Content.Headers.GetValues("Content-Disposition").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task HEAD_gives_the_same_headers_and_no_body()
    {
        var response = await _server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, _path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(_content.Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("If-Match", "\"another\"", 412)]
    [InlineData("If-Match", "", 412)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 412)]
    [InlineData("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT", 200)]
    public async Task A_file_that_is_not_the_one_asked_for_is_not_sent(string header, string value, int status)
    {
        var response = await _server.SendRawAsync(
            System.Text.Encoding.Latin1.GetBytes($"GET {_path} HTTP/1.1\r\nHost: x\r\n{header}: {value}\r\nConnection: close\r\n\r\n"));
        Assert.Equal(status, response.Status);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=5-9", 5, 5)]
    [InlineData("bytes=699999-", 699_999, 1)]
    [InlineData("bytes=300000-9999999", 300_000, 400_000)]
    [InlineData("bytes=-1", 699_999, 1)]
    [InlineData("bytes=-9999999", 0, 700_000)]
    public async Task A_range_gives_just_its_bytes(string range, int offset, int length)
    {
        var response = await GetAsync(("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {offset}-{offset + length - 1}/700000", response.Content.Headers.ContentRange!.ToString());
        Assert.Equal(_content[offset..(offset + length)], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=700000-")]
    [InlineData("bytes=999999999999-")]
    [InlineData("bytes=-0")]
    public async Task A_range_beyond_the_file_answers_416_with_a_message(string range)
    {
        var response = await _server.SendRawAsync(System.Text.Encoding.Latin1.GetBytes(
            $"GET {_path} HTTP/1.1\r\nHost: x\r\nRange: {range}\r\n\r\n"));
        Assert.Equal(416, response.Status);
        Assert.Equal("bytes */700000", response.Headers["Content-Range"]);
        Assert.Contains("700000", response.Message);
    }

    [Theory]
    [InlineData("bytes=9-5")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=")]
    [InlineData("lines=0-5")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes=99999999999999999999999-")]
    public async Task A_range_that_makes_no_sense_or_is_several_is_ignored(string range)
    {
        var response = await GetAsync(("Range", range));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(_content, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_thousand_ranges_are_ignored()
    {
        var response = await GetAsync(("Range", "bytes=" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{i}-{i}"))));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_tag_saves_a_second_transfer_and_guards_a_range()
    {
        var tag = (await _server.Client.GetAsync(_path)).Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await GetAsync(("If-None-Match", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, (await GetAsync(("If-None-Match", "*"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(("If-None-Match", "\"other\""))).StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, (await GetAsync(("Range", "bytes=0-9"), ("If-Range", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(("Range", "bytes=0-9"), ("If-Range", "\"stale\""))).StatusCode);
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("..%252f..%252fetc%252fpasswd")]
    [InlineData("..%5c..%5cx")]
    [InlineData("%2e%2e%2fx")]
    [InlineData(".meta")]
    [InlineData(".server")]
    [InlineData("CORE")]
    [InlineData("Core")]
    [InlineData("core%20")]
    [InlineData("a%0d%0aX")]
    [InlineData("11111111-2222-3333-4444-555555555555-..")]
    [InlineData("11111111-2222-3333-4444-555555555555-topology.jar")]
    public async Task A_path_that_is_no_stored_name_answers_404_with_a_message(string name)
    {
        File.WriteAllText(Path.Join(_server.Store, "secret"), "secret");
        var response = await _server.SendRawAsync(System.Text.Encoding.Latin1.GetBytes(
            $"GET /api/v1/file/download/{name} HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.Equal(404, response.Status);
        Assert.NotEmpty(response.Message);
        Assert.All(_server.Log.Lines, line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public async Task A_symbolic_link_planted_in_the_folder_is_not_followed()
    {
        const string Name = "11111111-2222-3333-4444-555555555555-x";
        File.CreateSymbolicLink(Path.Join(_server.Store, Name), "/etc/passwd");
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.GetAsync("/api/v1/file/download/" + Name)).StatusCode);
    }

    [Fact]
    public async Task A_folder_with_the_form_of_a_name_is_not_served()
    {
        const string Name = "11111111-2222-3333-4444-555555555555-x";
        Directory.CreateDirectory(Path.Join(_server.Store, Name));
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.GetAsync("/api/v1/file/download/" + Name)).StatusCode);
    }

    [Fact]
    public async Task A_file_that_the_java_server_left_under_a_clean_name_is_still_served()
    {
        const string Name = "11111111-2222-3333-4444-555555555555-topology.tar.gz";
        await File.WriteAllTextAsync(Path.Join(_server.Store, Name), "old");
        var response = await _server.Client.GetAsync("/api/v1/file/download/" + Name);
        Assert.Equal("old", await response.Content.ReadAsStringAsync());
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task Without_a_core_package_the_answer_says_how_to_serve_one()
    {
        var response = await _server.SendRawAsync("GET /api/v1/file/download/core HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.Equal(404, response.Status);
        Assert.Contains("--heron-core-package-path", response.Message);
    }

    [Fact]
    public async Task The_core_package_is_served_under_its_own_name()
    {
        var path = Path.Join(_server.Folder, "heron-core \"0.20\".tar.gz");
        await File.WriteAllTextAsync(path, "core");
        await using var server = await TestServer.StartAsync(corePackage: path);
        var response = await server.Client.GetAsync("/api/v1/file/download/core");
        Assert.Equal("core", await response.Content.ReadAsStringAsync());
        var disposition = response.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.StartsWith("attachment; ", disposition);
        Assert.Equal(
            "heron-core \"0.20\".tar.gz", ContentDispositionHeaderValue.Parse(disposition).FileNameStar);
    }

    [Fact]
    public async Task A_core_package_behind_a_link_is_the_one_that_the_link_leads_to_now()
    {
        var link = Path.Join(_server.Folder, "heron-core.tar.gz");
        await File.WriteAllTextAsync(Path.Join(_server.Folder, "old"), "old core");
        await File.WriteAllTextAsync(Path.Join(_server.Folder, "new"), "new core");
        File.CreateSymbolicLink(link, "old");
        await using var server = await TestServer.StartAsync(corePackage: link);
        var before = await server.Client.GetAsync("/api/v1/file/download/core");
        File.Delete(link);
        File.CreateSymbolicLink(link, "new");
        File.SetLastWriteTimeUtc(Path.Join(_server.Folder, "new"), DateTime.UnixEpoch);
        var after = await server.Client.GetAsync("/api/v1/file/download/core");
        Assert.Equal("old core", await before.Content.ReadAsStringAsync());
        Assert.Equal("new core", await after.Content.ReadAsStringAsync());
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
    }

    [Fact]
    public async Task A_core_package_that_is_gone_is_named_in_the_answer()
    {
        var path = Path.Join(_server.Folder, "heron-core.tar.gz");
        await File.WriteAllTextAsync(path, "core");
        await using var server = await TestServer.StartAsync(corePackage: path);
        File.Delete(path);
        var response = await server.SendRawAsync("GET /api/v1/file/download/core HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.Equal(404, response.Status);
        Assert.Contains("heron-core.tar.gz", response.Message);
        Assert.Contains("--heron-core-package-path", response.Message);
        Assert.DoesNotContain(_server.Folder, response.Message);
    }

    [Fact]
    public async Task A_file_that_is_removed_while_it_is_sent_arrives_whole()
    {
        var response = await _server.Client.GetAsync(_path, HttpCompletionOption.ResponseHeadersRead);
        File.Delete(Path.Join(_server.Store, _path.Split('/')[^1]));
        Assert.Equal(_content, await response.Content.ReadAsByteArrayAsync());
    }

    private Task<HttpResponseMessage> GetAsync(params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _server.Client.SendAsync(request);
    }
}
