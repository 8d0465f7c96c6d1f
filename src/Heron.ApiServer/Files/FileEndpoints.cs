using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Packages.Store;
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Files;

/// <summary>The routes under <c>/api/v1/file</c>: uploaders put packages here, nodes fetch them, people look after them.</summary>
internal static class FileEndpoints
{
    private const string CoreName = "core";
    private const string DigestEnding = ".sha256";
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/api/v1/file", ListAsync).NeedsForAll(Right.Admin);
        routes.MapDelete("/api/v1/file/{name}", DeleteAsync).NeedsForAll(Right.Admin, "delete file");
        routes.MapPost("/api/v1/file/upload", UploadAsync).Needs(Right.Submit, "upload");

        // One route for stored files and the core package: as a literal route "core" would also catch "CORE".
        // Open to all, for containers have no login: whoever was told the address may have the file.
        routes.MapRead("/api/v1/file/download/{name}", DownloadAsync).IsOpen().IsForNodes();
        routes.MapRead("/api/v1/file/download/core/{version}", DownloadCoreAsync).IsOpen().IsForNodes();
        routes.MapRead("/api/v1/file/download/{signature}/{name}", DownloadAsync).IsOpen().IsForNodes();
        routes.MapRead("/api/v1/file/download/{signature}/core/{version}", DownloadCoreAsync).IsOpen().IsForNodes();
        return routes;
    }

    private static async Task<IResult> UploadAsync(HttpContext context, Upload upload, ServerUrls urls, UploadLimit limit)
    {
        limit.Apply(context);
        var name = await upload.ReceiveAsync(context.Request, context.RequestAborted);

        // The whole body is the URI, without a line end: Heron's uploader takes it as it is.
        return TypedResults.Text(urls.Of(name, ForwardedAddress.BaseOf(context, urls)), "text/plain");
    }

    private static async Task DownloadAsync(
        HttpContext context, string name, PackageStore store, CorePackages cores, ServerUrls urls, string? signature = null)
    {
        if (name == CoreName || name == CoreName + DigestEnding)
        {
            RequireCoreToken(urls, signature);
            await SendCoreAsync(context, null, name != CoreName, cores);
        }
        else if (name.EndsWith(DigestEnding, StringComparison.Ordinal)
            && StoredName.TryParse(name[..^DigestEnding.Length], out var described)
            && IsOpenedBy(signature, described, store, urls)
            && store.Find(described) is { Sha256: { } sha256 })
        {
            await SendDigestAsync(context, sha256, described.Value);
        }
        else
        {
            using var file = (StoredName.TryParse(name, out var stored) && IsOpenedBy(signature, stored, store, urls) ? store.Open(name) : null)
                ?? throw new HeronException(FaultKind.NotFound, $"no file named '{ShownText.Of(name)}' is stored here");
            await FileSender.SendAsync(context, file);
        }
    }

    // Of a file that was told under a signed address nothing is said under another one, not even that it is there.
    private static bool IsOpenedBy(string? signature, StoredName name, PackageStore store, ServerUrls urls) =>
        store.Find(name) is not { IsSigned: true } || urls.Opens(name, signature);

    private static void RequireCoreToken(ServerUrls urls, string? signature)
    {
        if (!urls.OpensCore(signature))
        {
            throw new BadHttpRequestException(
                $"heron-core needs the cluster's token here ({ServerUrls.CoreKey}): it is in the address that containers are given",
                StatusCodes.Status403Forbidden);
        }
    }

    private static Task DownloadCoreAsync(HttpContext context, string version, CorePackages cores, ServerUrls urls, string? signature = null)
    {
        RequireCoreToken(urls, signature);
        var isDigest = version.EndsWith(DigestEnding, StringComparison.Ordinal);
        return SendCoreAsync(context, isDigest ? version[..^DigestEnding.Length] : version, isDigest, cores);
    }

    private static async Task SendCoreAsync(
        HttpContext context, string? version, bool isDigest, CorePackages cores)
    {
        if (isDigest)
        {
            await SendDigestAsync(context, await cores.DigestAsync(version, context.RequestAborted), Path.GetFileName(cores.Find(version)));
            return;
        }

        using var file = cores.Open(version);
        await FileSender.SendAsync(context, file);
    }

    // As sha256sum writes it and reads it with -c.
    private static Task SendDigestAsync(HttpContext context, string sha256, string name) =>
        TypedResults.Text($"{sha256}  {name}\n", "text/plain").ExecuteAsync(context);

    private static async Task<IResult> ListAsync(
        HttpContext context, PackageStore store, ServerUrls urls, IPackageHolders holders, string? after = null, int limit = DefaultPage)
    {
        if (limit is < 1 or > LargestPage)
        {
            throw new HeronException(FaultKind.Invalid, $"limit is {limit}: it must be between 1 and {LargestPage}");
        }

        await store.Ready.WaitAsync(context.RequestAborted);
        var (held, warning) = await TryListHoldersAsync(holders, context.RequestAborted);
        var packages = store.Page(after, limit + 1);
        var address = ForwardedAddress.BaseOf(context, urls);
        var page = packages.Take(limit).Select(package => new FileBody(
            package.Name.Value,
            package.Length,
            package.Sha256,
            package.Stored,
            package.By,
            held?.Of(package),
            urls.Of(package.Name, address))).ToList();
        return TypedResults.Json(
            new FileListBody(page, store.Count, store.Bytes, packages.Count > limit ? page[^1].Name : null, warning),
            FileJson.Default.FileListBody);
    }

    private static async Task<(Holders? Held, string? Warning)> TryListHoldersAsync(
        IPackageHolders holders, CancellationToken cancellationToken)
    {
        try
        {
            return (new Holders(await holders.ListAsync(cancellationToken)), null);
        }
        catch (HeronException fault) when (fault.Kind is FaultKind.Unavailable or FaultKind.BadGateway)
        {
            return (null, $"which topologies hold them is not known now: {fault.Message}");
        }
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string name, PackageStore store, IPackageHolders holders)
    {
        await store.Ready.WaitAsync(context.RequestAborted);
        if (!StoredName.TryParse(name, out var stored) || store.Find(stored) is not { } package)
        {
            throw new HeronException(FaultKind.NotFound, $"no file named '{ShownText.Of(name)}' is stored here");
        }

        if (package.Sha256 is { } sha256
            && !FileConditions.IsWanted(context.Request, new EntityTagHeaderValue($"\"{sha256}\""), package.Stored))
        {
            return TypedResults.Json(
                new MessageBody("the file is not the one that If-Match names"),
                ApiJson.Relaxed.MessageBody,
                statusCode: StatusCodes.Status412PreconditionFailed);
        }

        if (new Holders(await holders.ListAsync(context.RequestAborted)).Of(package) is { } holder)
        {
            throw new HeronException(
                FaultKind.Conflict, $"the file {name} is the package of the running topology {ShownText.Of(holder)}: kill it first");
        }

        store.Remove(stored);
        return TypedResults.Json(new MessageBody($"{name} deleted"), ApiJson.Relaxed.MessageBody);
    }
}
