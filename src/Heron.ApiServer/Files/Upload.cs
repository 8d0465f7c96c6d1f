using Heron.ApiServer.FormData;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.ApiServer.Files;

/// <summary>Takes an uploaded file into the store.</summary>
internal sealed partial class Upload(PackageStore store, ILogger<Upload> logger)
{
    private const string FieldName = "file";

    /// <summary>
    /// Reads a form and publishes its part <c>file</c>, once the closing boundary has been seen: a body that was cut off
    /// leaves nothing.
    /// </summary>
    public async Task<StoredName> ReceiveAsync(MultipartForm form, CancellationToken cancellationToken)
    {
        using var file = store.Stage("upload");
        var clientName = await ReadAsync(form, file, cancellationToken);
        file.Complete();
        var name = store.Publish(file.Path, file.Sha256, file.Length, clientName, topologyId: null);
        Log.Stored(logger, Hosting.LogText.Escape(clientName), name.Value, file.Length, file.Sha256);
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
