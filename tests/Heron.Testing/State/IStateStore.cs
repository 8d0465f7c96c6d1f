// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;

namespace Heron.Testing.State;

/// <summary>
/// One store under test, seen from outside: what another process would see and do, without the code under test.
/// Paths are relative to the root, such as <c>topologies/a</c>.
/// </summary>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>Whether the store knows nodes that go with their owner.</summary>
    bool HasEphemeralNodes { get; }

    /// <summary>The names in this store.</summary>
    StatePaths Paths { get; }

    /// <summary>Makes one more state manager on this store, started: a second server, so to say.</summary>
    Task<IStateManager> OpenAsync(string tManagerDirectory = StatePaths.TManagersDirectory);

    /// <summary>The bytes of a node, or null.</summary>
    Task<byte[]?> ReadAsync(string path);

    /// <summary>Creates or replaces a node, as another process does.</summary>
    Task WriteAsync(string path, byte[] data, bool ephemeral = false);

    /// <summary>Creates or replaces a node with more bytes than a state manager reads.</summary>
    Task WriteHugeAsync(string path);

    /// <summary>Puts something below a node: a child in ZooKeeper, a folder with a file in place of the file in a folder.</summary>
    Task WriteBelowAsync(string path);

    /// <summary>Deletes a node, as another process does.</summary>
    Task DeleteAsync(string path);

    /// <summary>The names in a directory.</summary>
    Task<IReadOnlyList<string>> NamesAsync(string directory);

    /// <summary>Every node below the root.</summary>
    Task<IReadOnlyList<StoredNode>> ListAsync();
}
