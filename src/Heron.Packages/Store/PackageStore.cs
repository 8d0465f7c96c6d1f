// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.Packages.Store;

/// <summary>
/// Packages on this server's disk. Every content is there once, as <c>.content/SHA256</c>, and each name of a package is a
/// further hard link to it; <c>.meta/NAME.json</c> describes it. A content is complete and flushed before it gets a name, so
/// whoever sees a name sees all its bytes, and everything that is known can be read from the folder again.
/// </summary>
/// <remarks>
/// The order of a publication is content, description, name; that of a removal name, description, content. So a process that
/// dies in between leaves a description without its file, or a content that has no other name: both are recognized and swept.
/// Names are this server's own, see <see cref="StoredName"/>.
/// </remarks>
public sealed partial class PackageStore : IPackageStore
{
    private readonly InstanceFolder _instance;
    private readonly TimeProvider _time;
    private readonly ILogger<PackageStore> _logger;
    private readonly StoreIndex _index = new();
    private readonly StoreRoom _room;
    private readonly string _metaFolder;
    private readonly string _contentFolder;

    /// <summary>Opens a store; what is in it is read in the background.</summary>
    /// <param name="folder">The store's folder; it exists.</param>
    /// <param name="instance">This process's part of it.</param>
    /// <param name="settings">How much room there is.</param>
    /// <param name="time">Dates the files.</param>
    /// <param name="logger">Hears of every file that comes and goes.</param>
    public PackageStore(
        string folder, InstanceFolder instance, StoreSettings settings, TimeProvider time, ILogger<PackageStore> logger)
    {
        _logger = logger;
        Folder = folder;
        Settings = settings;
        _instance = instance;
        _time = time;
        _room = new StoreRoom(folder, settings, time, () => _index.Bytes);
        _metaFolder = Path.Join(folder, ".meta");
        _contentFolder = Path.Join(folder, ".content");
        Directory.CreateDirectory(_metaFolder);
        Directory.CreateDirectory(_contentFolder);
        Ready = Task.Run(Load);
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>How long packages stay, and how much room they may take.</summary>
    public StoreSettings Settings { get; }

    /// <summary>Done when all that was in the folder is known.</summary>
    public Task Ready { get; }

    /// <summary>Bytes that the packages take on the disk, as far as they are known already.</summary>
    public long Bytes => _index.Bytes;

    /// <summary>Number of packages, as far as they are known already.</summary>
    public int Count => _index.Count;

    /// <summary>A new temporary file on the store's disk.</summary>
    /// <param name="kind">Begins its name.</param>
    /// <param name="expected">Bytes that are to come, when that is known.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.OutOfSpace"/>: there is no room for them; <see cref="FaultKind.Unavailable"/>: the folder is gone.
    /// </exception>
    public StagedFile Stage(string kind, long? expected = null) => Guarded(() =>
    {
        var path = _instance.NewWorkPath(kind);
        return InRoom(path, expected, room => new StagedFile(path, room.Use, room));
    });

    /// <summary>A folder on the store's disk in which a package is put together.</summary>
    /// <param name="expected">Bytes that are to come, when that is known.</param>
    /// <exception cref="HeronException">As of <see cref="Stage"/>.</exception>
    public Workspace StageFolder(long? expected) => Guarded(() =>
    {
        var path = _instance.NewWorkPath("submit");
        return InRoom(path, expected, room => new Workspace(path, room.Use, room));
    });

    /// <summary>Publishes a complete temporary file. The same content again takes no room.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the folder cannot be written to.</exception>
    public StoredName Publish(NewPackage package) => Guarded(() =>
    {
        var name = StoredName.New(package.ClientName);
        var metadata = new PackageMetadata(
            package.Sha256,
            package.Length,
            _time.GetUtcNow(),
            _instance.Id,
            package.TopologyId,
            package.By,
            package.IsSigned ? true : null,
            package.TopologyId is null ? null : Settings.Place);
        var isLinked = LinkContent(package.Path, package.Sha256, package.Length);
        Log.Content(_logger, name.Value, package.Sha256);
        Failpoint.Reach("package has its content");

        // The description before the name: without its file it is swept at the next start, a file without it would have no owner.
        Describe(name, metadata);
        Log.Described(_logger, name.Value);
        Failpoint.Reach("package is described");
        if (!isLinked || !TryLinkName(name, package.Sha256))
        {
            // Another process removed the content's last name at this very moment, or this file system has no links.
            File.Move(package.Path, DataPath(name));
        }

        DurableFile.FlushFolder(Folder);
        _index.Add(ToPackage(name, metadata));
        _room.GiveBack(package.Path);
        Log.Published(_logger, name.Value);
        Failpoint.Reach("package is published");
        File.Delete(package.Path);
        return name;
    });

    /// <summary>Opens a file by the name a client asks for; null when there is no such file.</summary>
    public StoredFile? Open(string? name)
    {
        if (!StoredName.TryParse(name, out var stored))
        {
            return null;
        }

        var package = Find(stored);

        // A file whose length is not the one described is not the one described.
        var file = StoredFile.Open(
            DataPath(stored), stored.Value, version => version.Length == package?.Length ? package.Sha256 : null, followLink: false);
        if (file is null)
        {
            _index.Remove(stored);
        }
        else
        {
            NoteUse(file);
        }

        return file;
    }

    /// <summary>The package of a name, or null. One that another server put into the same folder meanwhile is found, too.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Internal"/>: its description is damaged; <see cref="FaultKind.Unavailable"/>: it cannot be read.</exception>
    public StoredPackage? Find(StoredName name)
    {
        if (_index.Find(name) is { } known)
        {
            return known;
        }

        if (ReadMetadata(name) is not { } metadata || !File.Exists(DataPath(name)))
        {
            return null;
        }

        var package = ToPackage(name, metadata);
        _index.Add(package);
        return package;
    }

    /// <summary>Packages in the order of their names.</summary>
    /// <param name="after">The name after which to go on; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    public IReadOnlyList<StoredPackage> Page(string? after, int limit) => _index.Page(after, limit);

    /// <summary>Removes a file; one that is gone already is fine.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the folder cannot be written to; the file is still there.</exception>
    public bool Remove(StoredName name) => Guarded(() =>
    {
        var sha256 = Find(name)?.Sha256;
        var existed = TryDelete(DataPath(name));
        TryDelete(MetaPath(name));
        Log.NameRemoved(_logger, name.Value);
        Failpoint.Reach("package is no longer served");
        if (sha256 is not null)
        {
            RemoveContentWithoutName(ContentPath(sha256));
        }

        _index.Remove(name);
        Log.Removed(_logger, name.Value);
        Failpoint.Reach("package is removed");
        return existed;
    });

    /// <inheritdoc/>
    public bool Remove(string uri) => ServerUrls.TryGetName(uri, out var name) && Remove(name);

    /// <inheritdoc/>
    public string? TopologyIdOf(string uri) => ServerUrls.TryGetName(uri, out var name) ? Find(name)?.TopologyId : null;

    /// <inheritdoc/>
    public KeptPackages Look(int most) => new(
        Count,
        Bytes,
        [
            .. _index.Largest(most).Select(package => new KeptPackage(
                package.Name.Value, package.Length, package.Stored, package.TopologyId, package.By)),
        ]);

    /// <inheritdoc/>
    public int RemoveOf(string topologyId, string? instance)
    {
        // Only in the first moments of a server with very many packages is there anything to wait for.
        Ready.GetAwaiter().GetResult();
        var removed = 0;
        foreach (var package in _index.OfTopology(topologyId))
        {
            if (instance is null || package.Instance == instance)
            {
                Remove(package.Name);
                removed++;
            }
        }

        return removed;
    }

    private T InRoom<T>(string path, long? expected, Func<StoreRoom.Promise, T> make)
    {
        var room = _room.Take(path, expected ?? 0);
        try
        {
            return make(room);
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    private static StoredPackage ToPackage(StoredName name, PackageMetadata metadata) => new(
        name, metadata.Length, metadata.Sha256, metadata.Stored, metadata.By, metadata.TopologyId, metadata.Instance)
    {
        IsSigned = metadata.Signed == true,
        Place = metadata.Place,
    };
}
