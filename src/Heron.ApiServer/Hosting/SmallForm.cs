using Heron.Core;

namespace Heron.ApiServer.Hosting;

/// <summary>Reads the short forms of restart and update.</summary>
internal static class SmallForm
{
    /// <summary>The fields; none when there is no body, as activate and kill have none either.</summary>
    /// <exception cref="BadHttpRequestException">
    /// 415: the body is something else. It must not pass for an empty form: a restart of one container would become one of all.
    /// </exception>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: the form is broken or has too many fields.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0
                ? FormCollection.Empty
                : throw new BadHttpRequestException(
                    "send the fields as application/x-www-form-urlencoded", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new HeronException(FaultKind.BadRequest, $"the form cannot be read: {e.Message}", e);
        }
    }
}
