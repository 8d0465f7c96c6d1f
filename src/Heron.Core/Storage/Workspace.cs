// SPDX-License-Identifier: Apache-2.0

namespace Heron.Core.Storage;

/// <summary>The folder in which one submission is put together, on the store's disk; deleted with everything in it.</summary>
public sealed class Workspace : IDisposable
{
    private readonly string _folder;
    private readonly Action<long> _growing;
    private readonly IDisposable _room;
    private readonly List<IDisposable> _owned = [];

    /// <summary>Makes the folder.</summary>
    /// <param name="folder">A name that nobody has.</param>
    /// <param name="growing">Told of bytes before they are written to a file in it; throws where there is no room for them.</param>
    /// <param name="room">Ends with the folder.</param>
    public Workspace(string folder, Action<long> growing, IDisposable room)
    {
        (_folder, _growing, _room) = (folder, growing, room);
        Directory.CreateDirectory(_folder);
    }

    /// <summary>A new file in the folder; names are ours.</summary>
    public StagedFile Stage(string name) => new(Path.Join(_folder, name), _growing);

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
        try
        {
            foreach (var thing in _owned)
            {
                thing.Dispose();
            }

            Directory.Delete(_folder, recursive: true);
        }
        finally
        {
            _room.Dispose();
        }
    }
}
