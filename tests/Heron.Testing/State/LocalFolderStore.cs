// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.State.Folder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Testing.State;

/// <summary>A state folder of its own, removed at the end.</summary>
public sealed class LocalFolderStore : IStateStore
{
    private readonly string _home = Directory.CreateTempSubdirectory("heron-state-").FullName;

    public LocalFolderStore()
    {
        Root = Path.Join(_home, "state");
        Paths = new StatePaths(Root);
    }

    public string Root { get; }

    public bool HasEphemeralNodes => false;

    public StatePaths Paths { get; }

    /// <summary>The state in a folder, not started yet, as everything but the store's own tests wants it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pollInterval">How often it is looked at; as in the product when null.</param>
    public static LocalFileSystemStateManager StateIn(string folder, TimeSpan? pollInterval = null)
    {
        var options = new LocalFileSystemStateOptions(folder);
        return new LocalFileSystemStateManager(
            pollInterval is { } interval ? options with { PollInterval = interval } : options,
            TimeProvider.System,
            NullLogger<LocalFileSystemStateManager>.Instance);
    }

    public async Task<IStateManager> OpenAsync(string tManagerDirectory = StatePaths.TManagersDirectory)
    {
        var manager = new LocalFileSystemStateManager(
            new LocalFileSystemStateOptions(Root) { TManagerDirectory = tManagerDirectory },
            TimeProvider.System,
            NullLogger<LocalFileSystemStateManager>.Instance);
        await manager.StartAsync(CancellationToken.None);
        return manager;
    }

    public Task<byte[]?> ReadAsync(string path) => Task.FromResult(ReadFile(At(path)));

    public Task WriteAsync(string path, byte[] data, bool ephemeral = false)
    {
        string temporary = Path.Join(_home, Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(temporary, data);
        File.Move(temporary, At(path), overwrite: true);
        return Task.CompletedTask;
    }

    public Task WriteHugeAsync(string path)
    {
        // Sparse: costs no disk.
        using var file = new FileStream(At(path), FileMode.Create);
        file.SetLength(3L * 1024 * 1024 * 1024);
        return Task.CompletedTask;
    }

    public Task WriteBelowAsync(string path)
    {
        File.Delete(At(path));
        Directory.CreateDirectory(At(path));
        File.WriteAllText(Path.Join(At(path), "below"), "x");
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string path)
    {
        if (Directory.Exists(At(path)))
        {
            Directory.Delete(At(path));
        }
        else
        {
            File.Delete(At(path));
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> NamesAsync(string directory) =>
        Task.FromResult<IReadOnlyList<string>>([.. new DirectoryInfo(At(directory)).EnumerateFiles().Select(f => f.Name)]);

    public Task<IReadOnlyList<StoredNode>> ListAsync()
    {
        var nodes = new List<StoredNode>();
        foreach (string entry in Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(Root, entry);
            if (Directory.Exists(entry))
            {
                nodes.Add(new StoredNode(path, "directory", []));
            }
            else if (path.StartsWith("locks/"))
            {
                // A lock is held by being there; what it says is for people, and differs each time.
                nodes.Add(new StoredNode(path, "file", []));
            }
            else if (ReadFile(entry) is { } data)
            {
                nodes.Add(new StoredNode(path, "file", data));
            }
        }

        // A file that is being written has a name of its own in the root; it is not part of the state.
        return Task.FromResult<IReadOnlyList<StoredNode>>(
            [.. nodes.Where(n => !n.Path.StartsWith('.')).OrderBy(n => n.Path, StringComparer.Ordinal)]);
    }

    public ValueTask DisposeAsync()
    {
        Scratch.Delete(_home);
        return ValueTask.CompletedTask;
    }

    private static byte[]? ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string At(string path) => Path.Join(Root, path);
}
