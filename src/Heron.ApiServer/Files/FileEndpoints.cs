// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Packages.Store;
using Microsoft.AspNetCore.Mvc;
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
        routes.MapMethods("/api/v1/file", ReadRoutes.GetAndHead, ListAsync).NeedsForAll(Right.Admin)
            .Described("listFiles", RouteGroups.Files, "Lists the packages that are stored here", route => route
                .Query("after", "The next of the page before.")
                .Query("limit", "The most of one page.", ValueShape.Whole(1, LargestPage, "100"))
                .Answer(200, FileJson.Default.FileListBody, "A page of them.", """
                    {"files":[{"name":"0f8f-topology.tar.gz","size":1048576,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "uploaded":"2026-11-28T19:46:00+00:00","by":"alice","held_by":"wordcount3f2a","uri":"http://heron:9000/api/v1/file/download/0f8f-topology.tar.gz"}],
                    "total":1,"bytes":1048576}
                    """)
                .Fails(422, "There is no such page.", "limit is 0: it must be between 1 and 1000"));
        routes.MapDelete("/api/v1/file/{name}", DeleteAsync).NeedsForAll(Right.Admin, "delete file")
            .Described("deleteFile", RouteGroups.Files, "Deletes a package that no topology needs", route => route
                .Path("name", "As the list has it.", example: "0f8f-topology.tar.gz")
                .Header("If-Match", "Only the file with this SHA-256, in quotes.")
                .Answer(200, ApiJson.Relaxed.MessageBody, "It is gone.", """{"message":"0f8f-topology.tar.gz deleted"}""")
                .Fails(404, "There is no such file.", "no file named '0f8f-topology.tar.gz' is stored here")
                .Fails(409, "A running topology needs it.", "the file 0f8f-topology.tar.gz is the package of the running topology wordcount3f2a: kill it first")
                .Fails(412, "It is another file.", "the file is not the one that If-Match names")
                .Fails(503, "Which topologies run is not known now.", "ZooKeeper does not answer"));
        routes.MapPost("/api/v1/file/upload", UploadAsync).Needs(Right.Submit, "upload")
            .Described("uploadFile", RouteGroups.Files, "Stores a file, and tells where nodes fetch it", route => route
                .Header("Repr-Digest", "The file's SHA-256 (RFC 9530): a damaged one is refused.")
                .Multipart("Ignored.")
                .Field("file", "The file.", ValueShape.Bytes, required: true)
                .Text(200, "text/plain", "Its URI, without a line end.", "http://heron:9000/api/v1/file/download/0f8f-topology.tar.gz")
                .Fails(400, "The form is broken, or has no file.", "the form has no part named 'file'; send the file under that name")
                .Fails(413, "It is too large.", "the body is larger than this server accepts; the operator can raise heron.apiserver.http.upload.max.bytes")
                .Fails(415, "It is no form.", "send a form: Content-Type multipart/form-data")
                .Fails(422, "The file is not what Repr-Digest says.", "the file has another SHA-256 than Repr-Digest says; nothing is stored")
                .Fails(507, "The disk of the server is full.", "the disk of the server is full; its operator must make room"));

        // One route for stored files and the core package: as a literal route "core" would also catch "CORE".
        // Open to all, for containers have no login: whoever was told the address may have the file.
        routes.MapMethods("/api/v1/file/download/{name}", ReadRoutes.GetAndHead, DownloadAsync).IsOpen().IsForNodes()
            .Described("downloadFile", RouteGroups.Files, "Sends a package; core is heron-core", route => DescribeFile(route));
        routes.MapMethods("/api/v1/file/download/core/{version}", ReadRoutes.GetAndHead, DownloadCoreAsync).IsOpen().IsForNodes()
            .Described("downloadCore", RouteGroups.Files, "Sends a release of heron-core", route => DescribeCore(route));
        routes.MapMethods("/api/v1/file/download/{signature}/{name}", ReadRoutes.GetAndHead, DownloadAsync).IsOpen().IsForNodes()
            .Described("downloadSignedFile", RouteGroups.Files, "Sends a package whose address is signed", route => DescribeSigned(DescribeFile(route)));
        routes.MapMethods("/api/v1/file/download/{signature}/core/{version}", ReadRoutes.GetAndHead, DownloadCoreAsync).IsOpen().IsForNodes()
            .Described(
                "downloadSignedCore",
                RouteGroups.Files,
                "Sends a release of heron-core for whose address the cluster's token is needed",
                route => DescribeSigned(DescribeCore(route)));
        return routes;
    }

    private static RouteContract DescribeFile(RouteContract route) =>
        DescribeDownload(route.Path("name", "As in the address that was told; with .sha256 behind it the digest.", example: "0f8f-topology.tar.gz"));

    private static RouteContract DescribeCore(RouteContract route) =>
        DescribeDownload(route.Path("version", "The release; with .sha256 behind it the digest.", example: "0.20.5-incubating"));

    private static void DescribeSigned(RouteContract route) => route.Path("signature", "As in the address that was told.", example: "Qm9z");

    private static RouteContract DescribeDownload(RouteContract route) => route
        .Header("Range", "One range.", "bytes=0-99")
        .Bytes(200, "application/octet-stream", "The file.").With("ETag", "Of a file: its SHA-256.").With("Accept-Ranges", "bytes").With("Content-Disposition", "attachment")
        .Text(200, "text/plain", "Of a name that ends with .sha256: the digest as sha256sum writes it.")
        .Bytes(206, "application/octet-stream", "The range.").With("Content-Range", "Which of how many bytes.")
        .Bare(304, "It is the one that If-None-Match or If-Modified-Since names.")
        .Fails(403, "heron-core needs the cluster's token here.", "heron-core needs the cluster's token here: it is in the address that containers are given")
        .Fails(404, "There is no such file.", "no file named '0f8f-topology.tar.gz' is stored here")
        .Fails(412, "It is not the one that If-Match or If-Unmodified-Since asks for.", "the file is not the one that If-Match or If-Unmodified-Since asks for")
        .Fails(416, "The file has nothing of the range.", "the file has 10 bytes; the range asked for has none of them");

    private static async Task<IResult> UploadAsync(HttpContext context, Upload upload, ServerUrls urls, UploadLimit limit)
    {
        limit.Apply(context);
        var name = await upload.ReceiveAsync(context.Request, context.RequestAborted);

        // The whole body is the URI, without a line end: Heron's uploader takes it as it is.
        return TypedResults.Text(urls.Of(name, ForwardedAddress.BaseOf(context, urls)), "text/plain");
    }

    private static async Task DownloadAsync(
        HttpContext context, string name, PackageStore store, CorePackages cores, ServerUrls urls, string? signature)
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

    private static Task DownloadCoreAsync(HttpContext context, string version, CorePackages cores, ServerUrls urls, string? signature)
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
        HttpContext context, PackageStore store, ServerUrls urls, IPackageHolders holders, string? after, [FromQuery(Name = "limit")] int? asked)
    {
        var limit = asked ?? DefaultPage;
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
