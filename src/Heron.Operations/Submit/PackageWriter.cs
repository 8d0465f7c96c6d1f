// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using Heron.Core.Storage;

namespace Heron.Operations.Submit;

/// <summary>
/// A <c>topology.tar.gz</c> that is written while its binary arrives: every byte once, to where it stays. The binary comes first, for
/// nothing has to be known of it but its name; its length is put before it afterwards, unless it was guessed. Everything else follows.
/// </summary>
/// <param name="file">What it is written to; ends with this.</param>
public sealed class PackageWriter(StagedFile file) : IDisposable
{
    // How much is written before it is looked again whether compressing is worth it: an archive may hold this and that.
    private const long LookEvery = 4 * 1024 * 1024;

    private readonly StagedFile _file = file;
    private GzipFile? _gzip;
    private GnuTarEntry? _entry;
    private byte[] _head = [];
    private long _headOffset;
    private long _headEnd;
    private long? _guess;
    private long _length;
    private long _nextLook;
    private bool _compresses;

    /// <summary>Begins with the binary.</summary>
    /// <param name="name">Its name in the package.</param>
    /// <param name="guess">
    /// How many bytes it most likely has. When that is right, the package's digest is known with its last byte; else the file is read
    /// once more for it.
    /// </param>
    public void BeginBinary(string name, long? guess)
    {
        _gzip = new GzipFile(_file);
        _entry = PackageStep.Entry(TarEntryType.RegularFile, name, PackageStep.FileMode);
        _guess = guess;
        if (guess is null)
        {
            _file.HashAtTheEnd();
        }

        _head = TarHead.Of(_entry, guess ?? 0);
        _headOffset = _gzip.Store(_head);
        _headEnd = _gzip.Length;
    }

    /// <summary>Adds to the binary.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_length >= _nextLook)
        {
            _compresses = Compressibility.IsWorthIt(bytes);
            _nextLook = _length + LookEvery;
        }

        Add(bytes);
        _length += bytes.Length;
        if (_length > _guess)
        {
            _file.HashAtTheEnd();
        }
    }

    /// <summary>Ends the binary.</summary>
    public void EndBinary()
    {
        Add(new byte[(TarHead.BlockSize - (_length % TarHead.BlockSize)) % TarHead.BlockSize]);
        if (_length != _guess)
        {
            _gzip!.Replace(_headOffset, _headEnd, _head, TarHead.Of(_entry!, _length));
        }
    }

    /// <summary>Adds the rest of the entries; the archive ends when the writer is disposed.</summary>
    public TarWriter AddRest() => new(new WriteStream(_gzip!.Compress), TarEntryFormat.Gnu);

    /// <summary>Ends the package. It is flushed to the disk, and stays where it is, when this returns.</summary>
    public StagedFile Complete()
    {
        _gzip!.Finish();
        _file.Complete();
        _file.Keep();
        return _file;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_compresses)
        {
            _gzip!.Compress(bytes);
        }
        else
        {
            _gzip!.Store(bytes);
        }
    }
}
