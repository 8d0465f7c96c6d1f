// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Files;

/// <summary>
/// The recorded uploads and downloads of the Java server. Different on purpose, see docs/decisions/status-codes.md and
/// package-store.md: stored names are the server's own, downloads are bytes for every ending, so that no browser runs what somebody
/// uploaded, and every refusal has a message.
/// </summary>
public sealed class ReferenceFilesTests
{
    private const string Id = "11111111-2222-3333-4444-555555555555-";

    [Fact]
    public async Task Uploads_answer_as_recorded_with_names_that_are_the_servers_own()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var upload in Recorded("upload"))
        {
            var note = upload.TryGetProperty("note", out var text) ? text.GetString() : null;
            var body = note switch
            {
                "no file part" => Forms.Body([]),
                "no content disposition" => System.Text.Encoding.ASCII.GetBytes($"--{Forms.Boundary}\r\n\r\nx\r\n--{Forms.Boundary}--\r\n"),
                _ => Forms.Body([], ("file", FileName(upload), "x"u8.ToArray())),
            };
            var response = await server.Client.PostAsync("/api/v1/file/upload", Forms.Content(body));
            var answer = await response.Content.ReadAsStringAsync();
            Assert.Equal(upload.GetProperty("response").GetProperty("status").GetInt32(), (int)response.StatusCode);
            if (note is null)
            {
                Assert.Matches(@"\Ahttp://apiserver\.example:\d+/api/v1/file/download/[0-9a-f-]{36}-topology(\.tar\.gz|\.jar)?\z", answer);
                Assert.Equal("x", await server.Client.GetStringAsync(new Uri(answer).AbsolutePath));
            }
            else
            {
                Assert.NotEmpty(JsonDocument.Parse(answer).RootElement.GetProperty("message").GetString()!);
            }
        }
    }

    [Fact]
    public async Task Files_of_the_Java_server_are_served_under_its_names()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var download in Recorded("download"))
        {
            var recorded = download.GetProperty("response");
            var file = Id + download.GetProperty("file").GetString();
            var missing = recorded.GetProperty("status").GetInt32() == 404;
            if (!missing)
            {
                await File.WriteAllTextAsync(Path.Join(server.Store, file), "{file content}");
            }

            var response = await server.Client.GetAsync("/api/v1/file/download/" + Uri.EscapeDataString(file));
            var body = await response.Content.ReadAsStringAsync();

            // Heron's own packages are never called so; a name with a blank could only be what somebody uploaded by hand.
            if (missing || file.Contains(' ', StringComparison.Ordinal))
            {
                Assert.Equal(404, (int)response.StatusCode);
                Assert.Contains($"'{file}'", JsonDocument.Parse(body).RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
                continue;
            }

            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(recorded.GetProperty("body").GetString(), body);
            Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.ToString());
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal(file, response.Content.Headers.ContentDisposition.FileName);
        }
    }

    [Fact]
    public async Task Core_that_is_not_configured_and_unknown_paths_are_told()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Single(Recorded("download-core"));
        var core = await server.Client.GetAsync("/api/v1/file/download/core");
        Assert.Equal(404, (int)core.StatusCode);
        Assert.Contains("--heron-core-package-path", await core.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var recorded = JsonDocument.Parse(Assert.Single(Recorded("not-found")).GetProperty("response").GetProperty("body").GetString()!);
        var unknown = await server.Client.GetAsync("/nowhere");
        Assert.Equal(404, (int)unknown.StatusCode);
        var body = JsonDocument.Parse(await unknown.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(
            recorded.RootElement.GetProperty("paths").EnumerateArray().Select(p => p.GetString()),
            body.GetProperty("paths").EnumerateArray().Select(p => p.GetString()));
        Assert.NotEmpty(body.GetProperty("message").GetString()!);
    }

    private static string FileName(JsonElement upload) =>
        upload.GetProperty("file_name").GetString() is { } name ? $"filename=\"{name}\"" : "x=\"y\"";

    private static IEnumerable<JsonElement> Recorded(string operation) =>
        JsonDocument.Parse(File.ReadAllBytes(Fixtures.Reference("apiserver", "file-resource.json"))).RootElement
            .EnumerateArray().Where(e => e.GetProperty("operation").GetString() == operation);
}
