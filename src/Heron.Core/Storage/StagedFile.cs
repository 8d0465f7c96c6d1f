// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Heron.Core.Storage;

/// <summary>
/// A file being written under a temporary name. Bytes are hashed on the way, each once. Unless it is published or kept, disposing
/// deletes it.
/// </summary>
public sealed class StagedFile : IDisposable
{
    private const long DiskPiece = 8 * 1024 * 1024;
    private const int ReadPiece = 64 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SafeFileHandle _handle;
    private readonly Action<long>? _growing;
    private readonly IDisposable? _room;
    private string? _sha256;
    private long _sentToDisk;
    private bool _hashedAtTheEnd;
    private bool _kept;

    /// <summary>Creates the file.</summary>
    /// <param name="path">A name that nobody has; the folder exists.</param>
    /// <param name="growing">Told of bytes before they are appended; throws where there is no room for them.</param>
    /// <param name="room">Ends with the file.</param>
    public StagedFile(string path, Action<long>? growing = null, IDisposable? room = null)
    {
        (Path, _growing, _room) = (path, growing, room);
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Where the bytes are for now.</summary>
    public string Path { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Lower-case hexadecimal digest; known after <see cref="Complete"/>.</summary>
    public string Sha256 => _sha256 ?? throw new InvalidOperationException("the file is not complete yet");

    /// <summary>Appends. The write is synchronous: one large write to the page cache is quicker than its way through the thread pool.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.OutOfSpace"/>: no file may be so large here, or there is no room.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _growing?.Invoke(bytes.Length);
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

        if (!_hashedAtTheEnd)
        {
            _hash.AppendData(bytes);
        }

        Length += bytes.Length;
        if (Length - _sentToDisk >= DiskPiece)
        {
            // So that the flush at the end finds most of it done.
            Posix.BeginWriting(_handle, _sentToDisk, Length - _sentToDisk);
            _sentToDisk = Length;
        }
    }

    /// <summary>
    /// Nothing is hashed on the way from now on, for the beginning of the file is not settled yet: all of it is read again while the
    /// disk takes it.
    /// </summary>
    public void HashAtTheEnd() => _hashedAtTheEnd = true;

    /// <summary>Changes bytes that were written before.</summary>
    /// <param name="offset">Of the first of them.</param>
    /// <param name="bytes">What is to be there; ends where something was written.</param>
    public void Overwrite(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes.Length, Length);
        HashAtTheEnd();
        RandomAccess.Write(_handle, bytes, offset);
    }

    /// <summary>Flushes the bytes to the disk and closes the file.</summary>
    public void Complete()
    {
        if (_hashedAtTheEnd)
        {
            var flush = Task.Run(() => RandomAccess.FlushToDisk(_handle));
            try
            {
                HashAll();
            }
            finally
            {
                flush.GetAwaiter().GetResult();
            }
        }
        else
        {
            RandomAccess.FlushToDisk(_handle);
        }

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
        try
        {
            if (!_kept)
            {
                File.Delete(Path);
            }
        }
        finally
        {
            _room?.Dispose();
        }
    }

    private void HashAll()
    {
        _hash.TryGetHashAndReset(stackalloc byte[SHA256.HashSizeInBytes], out _);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadPiece);
        try
        {
            for (long offset = 0; offset < Length;)
            {
                var read = RandomAccess.Read(_handle, buffer, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the file {Path} became shorter while it was written");
                }

                _hash.AppendData(buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
