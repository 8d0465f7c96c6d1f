// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.FormData;
using Heron.Core;
using Heron.Core.Storage;
using Heron.Packages.Store;

namespace Heron.ApiServer.Files;

/// <summary>Takes an uploaded file into the store.</summary>
internal sealed partial class Upload(PackageStore store, ServerUrls urls, UploadGate gate, ILogger<Upload> logger)
{
    private const string FieldName = "file";

    /// <summary>
    /// Reads a form and publishes its part <c>file</c>, once the closing boundary has been seen: a body that was cut off
    /// leaves nothing, and neither does one that is not what its <c>Repr-Digest</c> says.
    /// </summary>
    public async Task<StoredName> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var expected = ReprDigest.Parse(request.Headers[ReprDigest.Header].ToString());
        using var place = await gate.EnterAsync(request.HttpContext);
        using var file = store.Stage("upload", request.ContentLength);
        var clientName = await ReadAsync(MultipartForm.Of(request), file, cancellationToken);
        file.Complete();
        if (expected is not null && expected != file.Sha256)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"the file has the SHA-256 {file.Sha256}, but {ReprDigest.Header} says {expected}: it was damaged on its way, or is another one; nothing is stored");
        }

        var by = Login.Of(request.HttpContext).User.Name is { Length: > 0 } user ? user : request.HttpContext.Connection.RemoteIpAddress?.ToString();
        var name = store.Publish(new NewPackage(file.Path, file.Sha256, file.Length)
        {
            ClientName = clientName,
            By = by,
            IsSigned = urls.AreSigned,
        });
        Log.Stored(logger, ShownText.Of(clientName, ShownText.LineLength), name.Value, file.Length, file.Sha256);
        return name;
    }

    private static async Task<string?> ReadAsync(MultipartForm form, StagedFile file, CancellationToken cancellationToken)
    {
        var taken = new List<FormPart>();
        while (await form.NextAsync(cancellationToken) is { } part)
        {
            if (part.Name != FieldName)
            {
                continue;
            }

            if (taken.Count > 0)
            {
                throw new HeronException(FaultKind.BadRequest, $"the form has two parts named '{FieldName}'; send one file at a time");
            }

            await part.Body.CopyToAsync(file.Write, cancellationToken);
            taken.Add(part);
        }

        return taken switch
        {
            [var part] => part.FileName,
            _ => throw new HeronException(
                FaultKind.BadRequest, $"the form has no part named '{FieldName}'; send the file under that name"),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "stored upload {ClientName} as {Name}, {Length} bytes, sha256 {Sha256}")]
        public static partial void Stored(ILogger logger, string clientName, string name, long length, string sha256);
    }
}
