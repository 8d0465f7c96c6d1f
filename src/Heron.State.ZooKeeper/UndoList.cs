// SPDX-License-Identifier: Apache-2.0
namespace Heron.State.ZooKeeper;

/// <summary>
/// Registrations whose outcome nobody could tell in time: whoever asked was told that they failed, so each that did happen
/// has to go. At most one per name: another registration of that name first deals with the one before.
/// </summary>
internal sealed class UndoList
{
    private readonly Dictionary<string, string> _idByName = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Add(string topologyName, string topologyId)
    {
        lock (_gate)
        {
            _idByName[topologyName] = topologyId;
        }
    }

    public string? IdFor(string topologyName)
    {
        lock (_gate)
        {
            return _idByName.GetValueOrDefault(topologyName);
        }
    }

    /// <summary>Takes an entry off, unless it has become another one meanwhile.</summary>
    public void Done(string topologyName, string topologyId)
    {
        lock (_gate)
        {
            if (_idByName.GetValueOrDefault(topologyName) == topologyId)
            {
                _idByName.Remove(topologyName);
            }
        }
    }

    public IReadOnlyList<string> Names()
    {
        lock (_gate)
        {
            return [.. _idByName.Keys];
        }
    }
}
