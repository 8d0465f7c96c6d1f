// SPDX-License-Identifier: Apache-2.0
using Heron.Packages.Uploaders;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Conformance;

/// <summary>Another server to upload to, as far as Heron's upload request goes.</summary>
internal sealed class OtherServer : HttpTarget<HttpUploader>
{
    public override bool Removes => false;

    public static async Task<OtherServer> StartAsync()
    {
        var other = new OtherServer();
        await other.BeginAsync(() => new HttpUploader(
            new HttpUploaderOptions(new Uri(other.Address, "/api/v1/file/upload")),
            HttpUploader.CreateClient(),
            NullLogger<HttpUploader>.Instance,
            TimeProvider.System));
        return other;
    }

    protected override async Task AnswerAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var part = Assert.Single((await context.Request.ReadFormAsync()).Files);
            using var copy = new MemoryStream();
            await part.CopyToAsync(copy);
            var path = $"/files/{Guid.NewGuid():N}.tar.gz";
            Stored[path] = copy.ToArray();
            await context.Response.WriteAsync(new Uri(Address, path).ToString());
        }
        else if (Stored.TryGetValue(context.Request.Path.Value!, out var bytes))
        {
            await context.Response.Body.WriteAsync(bytes);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }
}
