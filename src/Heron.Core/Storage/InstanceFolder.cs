// SPDX-License-Identifier: Apache-2.0

namespace Heron.Core.Storage;

/// <summary>
/// The part of the store's folder that belongs to one running server: <c>.server/ID</c> with <c>work</c> (everything that is
/// not finished) and <c>journal</c> (what was begun). The file <c>lock</c> in it is locked as long as the process lives, so
/// two servers can share a folder, and a folder whose lock is free was left by a server that died.
/// </summary>
public sealed class InstanceFolder : IDisposable
{
    private readonly FileStream _lock;

    private InstanceFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
        Work = System.IO.Path.Join(path, "work");
        Journal = System.IO.Path.Join(path, "journal");
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(Journal);
    }

    /// <summary>Names this server process among those that share the folder.</summary>
    public string Id => System.IO.Path.GetFileName(Path);

    /// <summary>The folder that servers share.</summary>
    public string Store => System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(Path))!;

    /// <summary>The whole folder.</summary>
    public string Path { get; }

    /// <summary>Unfinished files; deleted by the next server when this one dies.</summary>
    public string Work { get; }

    /// <summary>Notes of what was begun. The next server takes them over.</summary>
    public string Journal { get; }

    /// <summary>Makes a folder for this process and takes over what dead servers left.</summary>
    /// <param name="store">The store's folder.</param>
    public static InstanceFolder Open(string store)
    {
        var root = System.IO.Path.Join(store, ".server");
        var path = System.IO.Path.Join(root, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(root);

        // One server at a time: a folder that is made just now, and has no lock yet, is not one that a dead server left.
        using var alone = FolderLock.Take(root);
        Directory.CreateDirectory(path);
#pragma warning disable CA2000 // The instance folder owns the lock.
        var held = new FileStream(
            System.IO.Path.Join(path, "lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
#pragma warning restore CA2000
        var folder = new InstanceFolder(path, held);
        foreach (var other in Directory.GetDirectories(root))
        {
            if (other != path)
            {
                folder.TakeOver(other);
            }
        }

        return folder;
    }

    /// <summary>A new path in <see cref="Work"/>.</summary>
    public string NewWorkPath(string kind) => System.IO.Path.Join(Work, $"{kind}-{Guid.NewGuid():N}");

    /// <summary>Moves a file of the journal that cannot be read to where nobody looks for one, and where it outlives this server.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside(string file)
    {
        var kept = System.IO.Path.Join(
            System.IO.Path.GetDirectoryName(Path), "damaged-" + System.IO.Path.GetFileName(file));
        File.Move(file, kept, overwrite: true);
        return kept;
    }

    /// <summary>Gives the folder up; it is deleted unless its journal still holds something for the next server.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Work))
        {
            Directory.Delete(Work, recursive: true);
        }

        if (Directory.Exists(Journal) && Directory.GetFiles(Journal).Length == 0)
        {
            Directory.Delete(Path, recursive: true);
        }

        _lock.Dispose();
    }

    private void TakeOver(string other)
    {
        using var abandoned = TryLock(other);
        if (abandoned is not null)
        {
            var journal = System.IO.Path.Join(other, "journal");
            if (Directory.Exists(journal))
            {
                foreach (var file in Directory.GetFiles(journal, "*.json"))
                {
                    File.Move(file, System.IO.Path.Join(Journal, System.IO.Path.GetFileName(file)), overwrite: true);
                }

                DurableFile.FlushFolder(Journal);
            }

            Directory.Delete(other, recursive: true);
        }
    }

    private static FileStream? TryLock(string other)
    {
        try
        {
            return new FileStream(
                System.IO.Path.Join(other, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its server lives, or another server is taking it over just now.
            return null;
        }
    }
}
