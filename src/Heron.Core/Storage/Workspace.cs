
namespace Heron.Core.Storage;

/// <summary>The folder in which one submission is put together, on the store's disk; deleted with everything in it.</summary>
public sealed class Workspace : IDisposable
{
    private readonly string _folder;

    /// <summary>Makes the folder.</summary>
    public Workspace(InstanceFolder instance)
    {
        _folder = instance.NewWorkPath("submit");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>A path for a file; names are ours.</summary>
    public string PathOf(string name) => Path.Join(_folder, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
