// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Packages.Tests.Uploaders;
using Heron.Packages.Uploaders;
using Heron.Testing.Parts;
using Microsoft.AspNetCore.Http;

namespace Heron.Packages.Tests.Conformance;

/// <summary>
/// As much of S3 as an uploader needs: it refuses bytes that are not those whose digest was signed, and its tags are opaque, as
/// those of many stores are.
/// </summary>
internal sealed class ScriptedS3 : IUploadTarget
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly HttpClient _client = new();
    private UploadServer _server = null!;
    private S3Uploader _uploader = null!;

    public IUploader Uploader => _uploader;

    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>What the store answers as the tag of an object; null for none.</summary>
    public Func<byte[], string?> Tag { get; set; } = _ => "\"opaque-7-of-3\"";

    /// <summary>What the client said of its bytes.</summary>
    public ConcurrentQueue<string> SignedDigests { get; } = [];

    public int Files => _objects.Count;

    public Uri Address => _server.Address;

    public static async Task<ScriptedS3> StartAsync(params KeyValuePair<string, object?>[] settings)
    {
        var s3 = new ScriptedS3();
        s3._server = await UploadServer.StartAsync(s3.AnswerAsync);
        s3._uploader = new S3Uploader(TestParts.Read(findings => S3UploaderOptions.Read(new HeronConfig(
        [
            new("heron.uploader.s3.bucket", "packages"),
            new("heron.uploader.s3.access_key", "the-key"),
            new("heron.uploader.s3.secret_key", "the-secret"),
            new("heron.uploader.s3.region", "eu-central-1"),
            new("heron.uploader.s3.uri", s3._server.Address.ToString()),
        ]).With(settings), findings))!, TimeProvider.System);
        return s3;
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
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value!;
        if (HttpMethods.IsGet(request.Method))
        {
            // A bucket that everybody may read, as nodes need it.
            if (!_objects.TryGetValue(path, out var found))
            {
                response.StatusCode = 404;
                return;
            }

            await response.Body.WriteAsync(found);
            return;
        }

        if (!request.Headers.Authorization.ToString().StartsWith("AWS4-HMAC-SHA256 Credential=the-key/", StringComparison.Ordinal))
        {
            response.StatusCode = 403;
            return;
        }

        if (HttpMethods.IsDelete(request.Method))
        {
            _objects.TryRemove(path, out _);
            response.StatusCode = 204;
            return;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var signed = request.Headers["x-amz-content-sha256"].ToString();
        SignedDigests.Enqueue(signed);
        if (signed != Convert.ToHexStringLower(SHA256.HashData(bytes)))
        {
            response.StatusCode = 400;
            response.ContentType = "application/xml";
            await response.WriteAsync("<Error><Code>XAmzContentSHA256Mismatch</Code><Message>not what was signed</Message></Error>");
            return;
        }

        _objects[path] = bytes;
        if (Tag(bytes) is { } tag)
        {
            response.Headers.ETag = tag;
        }
    }
}
