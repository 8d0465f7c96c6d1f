// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.Packages.Store;

/// <content>The files: contents, the names that are links to them, descriptions, and what may befall them all.</content>
public sealed partial class PackageStore
{
    // What befell the folder under the running server, in words that its operator can use.
    private T Guarded<T>(Func<T> work)
    {
        const int ReadOnlyFileSystem = 30;
        try
        {
            return work();
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"the folder of the package store, {Folder}, was deleted or replaced while the server runs; its operator has to put it back, or to restart the server for the one that is there",
                e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && (e.HResult & 0xFFFF) == ReadOnlyFileSystem))
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"the folder of the package store, {Folder}, cannot be written to ({e.Message}); downloads go on, and its operator has to make it writable again",
                e);
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            var existed = File.Exists(path);
            File.Delete(path);
            return existed;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    private void Describe(StoredName name, PackageMetadata metadata) => DurableFile.Write(
        MetaPath(name),
        _instance.NewWorkPath("meta"),
        JsonSerializer.SerializeToUtf8Bytes(metadata, StoreJson.Default.PackageMetadata));

    /// <summary>Makes the file the content of its digest, unless that is there.</summary>
    /// <returns>False where the file system has no hard links, or no more of them for this content.</returns>
    private bool LinkContent(string path, string sha256, long length)
    {
        var content = ContentPath(sha256);
        try
        {
            if (!HardLink.TryCreate(path, content) && new FileInfo(content) is { Exists: true } there && there.Length != length)
            {
                // Cut short by whatever befell the disk; the names that it has keep what they have.
                File.Delete(content);
                HardLink.TryCreate(path, content);
            }

            return true;
        }
        catch (IOException e) when (HardLink.IsRefused(e))
        {
            return false;
        }
    }

    private bool TryLinkName(StoredName name, string sha256)
    {
        try
        {
            return HardLink.TryCreate(ContentPath(sha256), DataPath(name));
        }
        catch (IOException e) when (e is FileNotFoundException || HardLink.IsRefused(e))
        {
            return false;
        }
    }

    // Between looking and deleting, another process may give it a name: that name keeps the bytes, only the next same package
    // makes a copy.
    private static void RemoveContentWithoutName(string path)
    {
        if (HardLink.CountOf(path) == 1)
        {
            TryDelete(path);
        }
    }

    private PackageMetadata? ReadMetadata(StoredName name)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(MetaPath(name)), StoreJson.Default.PackageMetadata);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new HeronException(FaultKind.Internal, $"the description .meta/{name.Value}.json in the package store is damaged; delete it", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoredFile.Unreadable($".meta/{name.Value}.json", e);
        }
    }

    // One damaged description must not keep the others from being swept or their packages from being removed.
    private PackageMetadata? TryReadMetadata(StoredName name)
    {
        try
        {
            return ReadMetadata(name);
        }
        catch (HeronException fault)
        {
            Log.Damaged(_logger, $"{fault.Message} ({fault.InnerException?.Message})");
            return null;
        }
    }

    private string DataPath(StoredName name) => Path.Join(Folder, name.Value);

    private string MetaPath(StoredName name) => Path.Join(_metaFolder, name.Value + ".json");

    private string ContentPath(string sha256) => Path.Join(_contentFolder, sha256);
}
