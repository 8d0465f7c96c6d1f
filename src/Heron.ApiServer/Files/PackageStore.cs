using Heron.Core.Packages;
using System.Text.Json;
using Heron.Core.Storage;
using Heron.Core;

namespace Heron.ApiServer.Files;

/// <summary>
/// Packages on this server's disk. A file is written under a temporary name, flushed, described in <c>.meta</c> and then
/// renamed, so whoever sees a name sees all its bytes. Names are this server's own, see <see cref="StoredName"/>.
/// </summary>
public sealed partial class PackageStore : IPackageStore
{
    private readonly InstanceFolder _instance;
    private readonly TimeProvider _time;
    private readonly ILogger<PackageStore> _logger;
    private readonly string _metaFolder;

    /// <summary>Opens a store and sweeps what dead servers left unfinished in it.</summary>
    /// <param name="folder">The store's folder; it exists.</param>
    /// <param name="instance">This process's part of it.</param>
    /// <param name="time">Dates the files.</param>
    /// <param name="logger">Hears of every file that comes and goes.</param>
    public PackageStore(string folder, InstanceFolder instance, TimeProvider time, ILogger<PackageStore> logger)
    {
        _logger = logger;
        Folder = folder;
        _instance = instance;
        _time = time;
        _metaFolder = Path.Join(folder, ".meta");
        Directory.CreateDirectory(_metaFolder);
        SweepUnfinished();
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>A new temporary file on the store's disk.</summary>
    public StagedFile Stage(string kind) => new(_instance.NewWorkPath(kind));

    /// <summary>Publishes a complete temporary file.</summary>
    /// <param name="path">The file; it is moved away. Its bytes are on the disk already.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="clientName">What the client calls it; only a well-known ending of it matters.</param>
    /// <param name="topologyId">Whose package it is, if that is known.</param>
    public StoredName Publish(string path, string sha256, long length, string? clientName, string? topologyId)
    {
        var name = StoredName.New(clientName);
        var metadata = new PackageMetadata(sha256, length, _time.GetUtcNow(), _instance.Id, topologyId);

        // The description first: without its file it is swept at the next start, a file without it would have no owner.
        DurableFile.Write(
            MetaPath(name),
            _instance.NewWorkPath("meta"),
            JsonSerializer.SerializeToUtf8Bytes(metadata, StoreJson.Default.PackageMetadata));
        Log.Described(_logger, name.Value);
        File.Move(path, DataPath(name));
        DurableFile.FlushFolder(Folder);
        Log.Published(_logger, name.Value);
        return name;
    }

    /// <summary>Opens a file by the name a client asks for; null when there is no such file.</summary>
    internal StoredFile? Open(string? name)
    {
        if (!StoredName.TryParse(name, out var stored))
        {
            return null;
        }

        var metadata = ReadMetadata(stored);
        return OpenFile(DataPath(stored), stored.Value, metadata?.Sha256, followLink: false);
    }

    /// <summary>
    /// Opens a file outside the store that the operator named: the core package, often a link to the release in use.
    /// </summary>
    internal static StoredFile? OpenOutside(string path) =>
        OpenFile(Path.GetFullPath(path), Path.GetFileName(path), null, followLink: true);

    /// <summary>Removes a file; one that is gone already is fine.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(StoredName name)
    {
        var existed = File.Exists(DataPath(name));
        File.Delete(DataPath(name));
        File.Delete(MetaPath(name));
        Log.Removed(_logger, name.Value);
        return existed;
    }

    /// <inheritdoc/>
    public string? TopologyIdOf(string uri) => ServerUrls.TryGetName(uri, out var name) ? ReadMetadata(name)?.TopologyId : null;

    /// <inheritdoc/>
    public bool Remove(string uri) => ServerUrls.TryGetName(uri, out var name) && Remove(name);

    /// <inheritdoc/>
    public int RemoveOf(string topologyId, string? instance)
    {
        var removed = 0;
        foreach (var (name, metadata) in Descriptions())
        {
            if (metadata.TopologyId == topologyId && (instance is null || metadata.Instance == instance))
            {
                Remove(name);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>The description of a file, or null.</summary>
    public PackageMetadata? ReadMetadata(StoredName name)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(MetaPath(name)), StoreJson.Default.PackageMetadata);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new HeronException(FaultKind.Internal, $"the description {MetaPath(name)} is damaged; delete it", e);
        }
    }

    private static StoredFile? OpenFile(string path, string name, string? sha256, bool followLink)
    {
#pragma warning disable CA2000 // The stored file owns the handle and its caller disposes it.
        var handle = RegularFile.Open(path, followLink);
#pragma warning restore CA2000
        if (handle is null)
        {
            return null;
        }

        try
        {
            // Of the open file, not of the path: an operator may put another one there at any time.
            var length = RandomAccess.GetLength(handle);
            var written = File.GetLastWriteTimeUtc(handle);
            var modified = DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(written).ToUnixTimeSeconds());
            return new StoredFile(handle, name, length, modified, $"\"{sha256 ?? $"{length:x}-{written.Ticks:x}"}\"");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private void SweepUnfinished()
    {
        foreach (var (name, metadata) in Descriptions())
        {
            var owner = Path.Join(Folder, ".server", metadata.Instance);
            if (!File.Exists(DataPath(name)) && (metadata.Instance == _instance.Id || !Directory.Exists(owner)))
            {
                File.Delete(MetaPath(name));
            }
        }
    }

    private IEnumerable<(StoredName Name, PackageMetadata Metadata)> Descriptions()
    {
        foreach (var file in Directory.EnumerateFiles(_metaFolder, "*.json"))
        {
            if (StoredName.TryParse(Path.GetFileNameWithoutExtension(file), out var name)
                && TryReadMetadata(name) is { } metadata)
            {
                yield return (name, metadata);
            }
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
            Log.Damaged(_logger, fault.Message);
            return null;
        }
    }

    private string DataPath(StoredName name) => Path.Join(Folder, name.Value);

    private string MetaPath(StoredName name) => Path.Join(_metaFolder, name.Value + ".json");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is described")]
        public static partial void Described(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is published")]
        public static partial void Published(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault}")]
        public static partial void Damaged(ILogger logger, string fault);

        [LoggerMessage(Level = LogLevel.Debug, Message = "package {Name} is removed")]
        public static partial void Removed(ILogger logger, string name);
    }
}
