// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Heron.Core.Configuration;
using Heron.Packages.Uploaders;
using Heron.Testing.Parts;
using Microsoft.AspNetCore.Http;

namespace Heron.Packages.Tests.Conformance;

/// <summary>
/// As much of S3 as an uploader needs: it refuses bytes that are not those whose digest was signed, and its tags are opaque, as
/// those of many stores are.
/// </summary>
internal sealed class ScriptedS3 : HttpTarget<S3Uploader>
{
    public IReadOnlyDictionary<string, byte[]> Objects => Stored;

    /// <summary>What the store answers as the tag of an object; null for none.</summary>
    public Func<byte[], string?> Tag { get; set; } = _ => "\"opaque-7-of-3\"";

    /// <summary>What the client said of its bytes.</summary>
    public ConcurrentQueue<string> SignedDigests { get; } = [];

    public static async Task<ScriptedS3> StartAsync(params KeyValuePair<string, object?>[] settings)
    {
        var s3 = new ScriptedS3();
        await s3.BeginAsync(() => new S3Uploader(TestParts.Read(findings => S3UploaderOptions.Read(new HeronConfig(
        [
            new("heron.uploader.s3.bucket", "packages"),
            new("heron.uploader.s3.access_key", "the-key"),
            new("heron.uploader.s3.secret_key", "the-secret"),
            new("heron.uploader.s3.region", "eu-central-1"),
            new("heron.uploader.s3.uri", s3.Address.ToString()),
        ]).With(settings), findings))!, TimeProvider.System));
        return s3;
    }

    protected override async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value!;
        if (HttpMethods.IsGet(request.Method))
        {
            // A bucket that everybody may read, as nodes need it.
            if (!Stored.TryGetValue(path, out var found))
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
            Stored.TryRemove(path, out _);
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

        Stored[path] = bytes;
        if (Tag(bytes) is { } tag)
        {
            response.Headers.ETag = tag;
        }
    }
}
