// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;
using Heron.Packages.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Conformance;

/// <summary>The folder of a package store, and the servers that have it open.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly List<InstanceFolder> _instances = [];

    public StoreFolder(string? path = null)
    {
        Path = path ?? Directory.CreateTempSubdirectory("heron-store-").FullName;
    }

    public string Path { get; }

    /// <summary>The number of the server process that opened it last.</summary>
    public string Instance => _instances[^1].Id;

    /// <summary>As another server process opens it.</summary>
    public PackageStore Open(StoreSettings? settings = null, TimeProvider? time = null)
    {
        var instance = InstanceFolder.Open(Path);
        _instances.Add(instance);
        var store = new PackageStore(
            Path, instance, settings ?? new StoreSettings(), time ?? TimeProvider.System, NullLogger<PackageStore>.Instance);
        store.Ready.GetAwaiter().GetResult();
        return store;
    }

    /// <summary>Ends the servers that have it open, in good order.</summary>
    public void Close()
    {
        _instances.ForEach(instance => instance.Dispose());
        _instances.Clear();
    }

    /// <summary>All files, without what running servers keep for themselves.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Where(file => System.IO.Path.GetFileName(file) != "lock")
            .Select(file => System.IO.Path.GetRelativePath(Path, file))
            .Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Close();
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
