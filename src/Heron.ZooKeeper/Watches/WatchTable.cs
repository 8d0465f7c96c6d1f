// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Addresses;

namespace Heron.ZooKeeper.Watches;

/// <summary>
/// The watches that are set. The server keeps one per path and kind and session, however often it is asked for, so all local
/// watches of one path and kind share it: when it fires they all do.
/// </summary>
internal sealed class WatchTable(ChrootMap chroot)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<NodeWatch>>[] _byKind = [new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal)];

    public void Add(WatchKind kind, string serverPath, NodeWatch watch)
    {
        watch.SetIn(this, kind, serverPath);
        lock (_gate)
        {
            Dictionary<string, List<NodeWatch>> table = _byKind[(int)kind];
            if (!table.TryGetValue(serverPath, out List<NodeWatch>? watches))
            {
                table[serverPath] = watches = [];
            }

            watches.Add(watch);
        }
    }

    /// <summary>
    /// Forgets one watch. The server keeps its own until it fires, which then concerns nobody: cheaper than asking it to
    /// forget, and an event that is under way to others of the same path cannot be lost.
    /// </summary>
    public void Remove(WatchKind kind, string serverPath, NodeWatch watch)
    {
        lock (_gate)
        {
            if (_byKind[(int)kind].TryGetValue(serverPath, out List<NodeWatch>? watches) && watches.Remove(watch) && watches.Count == 0)
            {
                _byKind[(int)kind].Remove(serverPath);
            }
        }
    }

    /// <summary>Number of watches set, for tests.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKind.Sum(static table => table.Values.Sum(static watches => watches.Count));
            }
        }
    }

    /// <summary>Takes out and fires those that an event concerns.</summary>
    public void Fire(WatchEventType type, string serverPath)
    {
        List<NodeWatch> fired = [];
        lock (_gate)
        {
            foreach (WatchKind kind in KindsOf(type))
            {
                if (_byKind[(int)kind].Remove(serverPath, out List<NodeWatch>? watches))
                {
                    fired.AddRange(watches);
                }
            }
        }

        var seen = new WatchEvent(type, chroot.ToCaller(serverPath));
        fired.ForEach(watch => watch.Fire(seen));
    }

    /// <summary>Fires all with <see cref="WatchEventType.SessionEnded"/>.</summary>
    public void EndSession()
    {
        List<(string Path, List<NodeWatch> Watches)> all = [];
        lock (_gate)
        {
            foreach (Dictionary<string, List<NodeWatch>> table in _byKind)
            {
                all.AddRange(table.Select(static entry => (entry.Key, entry.Value)));
                table.Clear();
            }
        }

        foreach ((string path, List<NodeWatch> watches) in all)
        {
            var seen = new WatchEvent(WatchEventType.SessionEnded, chroot.ToCaller(path));
            watches.ForEach(watch => watch.Fire(seen));
        }
    }

    /// <summary>The server paths of one kind, for setting the watches again on a new connection.</summary>
    public IReadOnlyList<string> Paths(WatchKind kind)
    {
        lock (_gate)
        {
            return [.. _byKind[(int)kind].Keys];
        }
    }

    private static WatchKind[] KindsOf(WatchEventType type) => type switch
    {
        WatchEventType.NodeCreated or WatchEventType.NodeDataChanged => [WatchKind.Data, WatchKind.Exists],
        WatchEventType.NodeDeleted => [WatchKind.Data, WatchKind.Exists, WatchKind.Children],
        WatchEventType.NodeChildrenChanged => [WatchKind.Children],
        _ => [],
    };
}

/// <summary>How a watch was set, which decides what makes it fire.</summary>
internal enum WatchKind
{
    /// <summary>By getData, or by exists of a node that was there.</summary>
    Data,

    /// <summary>By exists of a node that was not there.</summary>
    Exists,

    /// <summary>By getChildren.</summary>
    Children,
}
