// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core.Packages;
using Heron.Packages.Tests.Uploaders;
using Microsoft.AspNetCore.Http;

namespace Heron.Packages.Tests.Conformance;

/// <summary>A scripted HTTP server to upload to, and the uploader that does.</summary>
internal abstract class HttpTarget<TUploader> : IUploadTarget
    where TUploader : IUploader, IDisposable
{
    private readonly HttpClient _client = new();
    private UploadServer _server = null!;
    private TUploader _uploader = default!;

    public IUploader Uploader => _uploader;

    public int Files => Stored.Count;

    public virtual bool Removes => true;

    public Uri Address => _server.Address;

    /// <summary>What was uploaded, by its path.</summary>
    protected ConcurrentDictionary<string, byte[]> Stored { get; } = new(StringComparer.Ordinal);

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

    /// <summary>Starts the server, then makes the uploader.</summary>
    protected async Task BeginAsync(Func<TUploader> uploader)
    {
        _server = await UploadServer.StartAsync(AnswerAsync);
        _uploader = uploader();
    }

    protected abstract Task AnswerAsync(HttpContext context);
}
