using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Heron.Core.Storage;

/// <summary>
/// A file being written under a temporary name. Bytes are hashed on the way. Unless it is published or kept, disposing
/// deletes it.
/// </summary>
public sealed class StagedFile : IDisposable
{
    private const long DiskPiece = 8 * 1024 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SafeFileHandle _handle;
    private string? _sha256;
    private long _sentToDisk;
    private bool _kept;

    /// <summary>Creates the file.</summary>
    /// <param name="path">A name that nobody has; the folder exists.</param>
    public StagedFile(string path)
    {
        Path = path;
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    /// <summary>Where the bytes are for now.</summary>
    public string Path { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Lower-case hexadecimal digest; known after <see cref="Complete"/>.</summary>
    public string Sha256 => _sha256 ?? throw new InvalidOperationException("the file is not complete yet");

    /// <summary>Appends. The write is synchronous: one large write to the page cache is quicker than its way through the thread pool.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.OutOfSpace"/>: no file may be so large here.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, Length);
        }
        catch (ArgumentOutOfRangeException tooLarge)
        {
            // What .NET makes of EFBIG.
            throw new HeronException(
                FaultKind.OutOfSpace,
                $"the server cannot store a file of more than {Length} bytes: its file system, or its operator's limit (ulimit -f), ends it there",
                tooLarge);
        }

        _hash.AppendData(bytes);
        Length += bytes.Length;
        if (Length - _sentToDisk >= DiskPiece)
        {
            // So that the flush at the end finds most of it done.
            Posix.BeginWriting(_handle, _sentToDisk, Length - _sentToDisk);
            _sentToDisk = Length;
        }
    }

    /// <summary>Flushes the bytes to the disk and closes the file.</summary>
    public void Complete()
    {
        RandomAccess.FlushToDisk(_handle);
        _handle.Dispose();
        _sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <summary>Leaves the file where it is, for whoever cleans its folder.</summary>
    public void Keep() => _kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle.Dispose();
        _hash.Dispose();
        if (!_kept)
        {
            File.Delete(Path);
        }
    }
}
