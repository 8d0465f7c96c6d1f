// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core;
using Heron.Core.State;
using Heron.Core.Storage;

namespace Heron.State.Folder;

/// <content>A topology comes and goes as a whole, as far as readers can tell.</content>
public sealed partial class LocalFileSystemStateManager
{
    /// <inheritdoc/>
    public Task RegisterTopologyAsync(TopologyRegistration registration, CancellationToken cancellationToken)
    {
        string name = registration.Topology.Name;
        return WriteAsync(
            () =>
            {
                if (Path.Exists(_paths.Topology(name)))
                {
                    throw AlreadyRegistered(name);
                }

                RemoveBelongings(name);
                try
                {
                    _folder.Replace(_paths.PackingPlan(name), registration.PackingPlan.ToByteArray());
                    _folder.Replace(_paths.ExecutionState(name), registration.ExecutionState.ToByteArray());
                    if (!_folder.TryCreate(_paths.Topology(name), StoredTopology.From(registration).ToByteArray()))
                    {
                        throw AlreadyRegistered(name);
                    }
                }
                catch
                {
                    Undo(name);
                    throw;
                }

                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> UnregisterTopologyAsync(
        string topologyName, string? onlyWithId, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                string node = _paths.Topology(topologyName);
                bool registered = Path.Exists(node);
                if (onlyWithId is not null && OwnerId(topologyName) is { } owner && owner != onlyWithId)
                {
                    return false;
                }

                if (registered)
                {
                    StateFolder.Remove(node);
                    DurableFile.FlushFolder(_paths.Topologies);
                }

                RemoveBelongings(topologyName);
                File.Delete(_paths.Lock(topologyName, StatePaths.UpdateTopologyLock));
                return registered;
            },
            cancellationToken);

    private static HeronException AlreadyRegistered(string name) =>
        new(FaultKind.Conflict, $"Topology '{name}' already exists");

    /// <summary>
    /// Whose files these are: the id in the first of them that tells. Null when there are none; of those that tell nothing it is
    /// that of no caller.
    /// </summary>
    private string? OwnerId(string name)
    {
        var read = ReadTopology(name);
        return read.Id ?? (read.Definition.Exists || read.ExecutionState.Exists || read.PackingPlan.Exists ? string.Empty : null);
    }

    /// <summary>Removes what may lie around a topology; checkpoints stay, so that a resubmission can resume.</summary>
    private void RemoveBelongings(string name)
    {
        string[] files =
        [
            _paths.TManagerLocation(name), _paths.MetricsCacheLocation(name), _paths.PackingPlan(name),
            _paths.PhysicalPlan(name), _paths.SchedulerLocation(name), _paths.ExecutionState(name),
        ];
        foreach (string file in files)
        {
            StateFolder.Remove(file);
        }
    }

    private void Undo(string name)
    {
        try
        {
            File.Delete(_paths.ExecutionState(name));
            File.Delete(_paths.PackingPlan(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not a topology to any reader, and overwritten by the next attempt; the first failure is what counts.
            Log.UndoFailed(_logger, name, e.Message);
        }
    }
}
