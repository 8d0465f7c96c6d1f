using Microsoft.Win32.SafeHandles;

namespace Heron.ApiServer.Files;

/// <summary>A file of the store, open for reading; it stays readable when it is removed meanwhile.</summary>
/// <param name="Handle">Owned by this.</param>
/// <param name="Name">For the client's "save as".</param>
/// <param name="Length">Bytes.</param>
/// <param name="LastModified">To the second.</param>
/// <param name="ETag">Quoted; strong.</param>
internal sealed record StoredFile(SafeFileHandle Handle, string Name, long Length, DateTimeOffset LastModified, string ETag)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
