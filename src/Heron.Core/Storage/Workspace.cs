// SPDX-License-Identifier: Apache-2.0

namespace Heron.Core.Storage;

/// <summary>The folder in which one submission is put together, on the store's disk; deleted with everything in it.</summary>
public sealed class Workspace : IDisposable
{
    private readonly string _folder;
    private readonly List<IDisposable> _owned = [];

    /// <summary>Makes the folder.</summary>
    public Workspace(InstanceFolder instance)
    {
        _folder = instance.NewWorkPath("submit");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>A path for a file; names are ours.</summary>
    public string PathOf(string name) => Path.Join(_folder, name);

    /// <summary>Has something that is written here end with the workspace.</summary>
    public T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var thing in _owned)
        {
            thing.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
