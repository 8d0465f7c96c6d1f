using Heron.ApiServer.FormData;
using Heron.ApiServer.Hosting;
using Heron.Core;

namespace Heron.ApiServer.Files;

/// <summary>The routes under <c>/api/v1/file</c>: uploaders put packages here, nodes fetch them.</summary>
internal static class FileEndpoints
{
    private const string CoreName = "core";

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/file/upload", UploadAsync);

        // One route for stored files and the core package: as a literal route "core" would also catch "CORE".
        routes.MapRead("/api/v1/file/download/{name}", DownloadAsync);
        return routes;
    }

    private static async Task<IResult> UploadAsync(HttpContext context, Upload upload, ServerUrls urls, UploadLimit limit)
    {
        limit.Apply(context);
        var name = await upload.ReceiveAsync(MultipartForm.Of(context.Request), context.RequestAborted);

        // The whole body is the URI, without a line end: Heron's uploader takes it as it is.
        return TypedResults.Text(urls.Of(name), "text/plain");
    }

    private static async Task DownloadAsync(
        HttpContext context, string name, PackageStore store, CorePackage core, FileSender sender)
    {
        using var file = name == CoreName
            ? OpenCore(core)
            : store.Open(name) ?? throw new HeronException(FaultKind.NotFound, $"no file named '{ShownText.Of(name)}' is stored here");
        await sender.SendAsync(context, file);
    }

    private static StoredFile OpenCore(CorePackage core)
    {
        if (core.Path is null)
        {
            throw new HeronException(
                FaultKind.NotFound, "this server serves no core package; start it with --heron-core-package-path FILE");
        }

        return PackageStore.OpenOutside(core.Path) ?? throw new HeronException(
            FaultKind.NotFound, $"the core package {core.Path} (--heron-core-package-path) is gone; put it back");
    }
}
