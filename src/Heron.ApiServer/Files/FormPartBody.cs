using System.Text;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.ApiServer.Files;

/// <summary>The bytes of one form part, as they arrive.</summary>
internal sealed class FormPartBody(Stream stream)
{
    // Large enough that a write costs little beside the copy; see docs/decisions/package-store.md.
    private const int ChunkSize = 128 * 1024;

    /// <summary>Streams the part into a file being staged; nothing of it stays in memory.</summary>
    public async Task CopyToAsync(StagedFile file, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            int filled;
            do
            {
                filled = await FillAsync(buffer, cancellationToken);
                file.Write(buffer.AsSpan(0, filled));
            }
            while (filled == buffer.Length);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The part as UTF-8 text.</summary>
    /// <param name="limit">The most bytes a value may have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<string> ReadTextAsync(int limit, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[Math.Min(limit + 1, 4096)];
        int read;
        while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
        {
            await text.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (text.Length > limit)
            {
                throw new HeronException(FaultKind.TooLarge, $"a form field is larger than {limit} bytes");
            }
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private async Task<int> FillAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await ReadAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    private async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (MultipartForm.IsClientFault(e))
        {
            throw MultipartForm.Malformed(e);
        }
    }
}
