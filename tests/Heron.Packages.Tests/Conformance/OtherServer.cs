// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Packages;
using Heron.Packages.Tests.Uploaders;
using Heron.Packages.Uploaders;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Conformance;

/// <summary>Another server to upload to, as far as Heron's upload request goes.</summary>
internal sealed class OtherServer : IUploadTarget
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HttpClient _client = new();
    private UploadServer _server = null!;
    private HttpUploader _uploader = null!;

    public IUploader Uploader => _uploader;

    public int Files => _files.Count;

    public bool Removes => false;

    public static async Task<OtherServer> StartAsync()
    {
        var other = new OtherServer();
        other._server = await UploadServer.StartAsync(other.AnswerAsync);
        other._uploader = new HttpUploader(
            new HttpUploaderOptions(new Uri(other._server.Address, "/api/v1/file/upload")),
            HttpUploader.CreateClient(),
            NullLogger<HttpUploader>.Instance,
            TimeProvider.System);
        return other;
    }

    public async Task<byte[]?> FetchAsync(string uri)
    {
        using var response = await _client.GetAsync(new Uri(uri));
        return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync() : null;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _uploader.Dispose();
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var part = Assert.Single((await context.Request.ReadFormAsync()).Files);
            using var copy = new MemoryStream();
            await part.CopyToAsync(copy);
            var path = $"/files/{Guid.NewGuid():N}.tar.gz";
            _files[path] = copy.ToArray();
            await context.Response.WriteAsync(new Uri(_server.Address, path).ToString());
        }
        else if (_files.TryGetValue(context.Request.Path.Value!, out var bytes))
        {
            await context.Response.Body.WriteAsync(bytes);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }
}
