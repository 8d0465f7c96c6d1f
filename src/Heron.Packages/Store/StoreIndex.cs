// SPDX-License-Identifier: Apache-2.0
namespace Heron.Packages.Store;

/// <summary>
/// What is known of every package, in memory: finding one by name, all of a topology, or whether a content is there already, does
/// not read the folder.
/// </summary>
internal sealed class StoreIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredPackage> _packages = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _ofTopologies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _contents = new(StringComparer.Ordinal);

    /// <summary>Bytes on the disk: what several names share counts once.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>Number of packages.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _packages.Count;
            }
        }
    }

    /// <summary>Notes a package; one that is noted already is replaced.</summary>
    public void Add(StoredPackage package)
    {
        lock (_lock)
        {
            Forget(package.Name.Value);
            _packages.Add(package.Name.Value, package);
            _names.Add(package.Name.Value);
            if (package.TopologyId is { } id)
            {
                if (!_ofTopologies.TryGetValue(id, out var names))
                {
                    _ofTopologies.Add(id, names = new HashSet<string>(1, StringComparer.Ordinal));
                }

                names.Add(package.Name.Value);
            }

            CountContent(package, 1);
        }
    }

    /// <summary>Forgets a package; one that is not noted is fine.</summary>
    public void Remove(StoredName name)
    {
        lock (_lock)
        {
            Forget(name.Value);
        }
    }

    /// <summary>The package of a name, or null.</summary>
    public StoredPackage? Find(StoredName name)
    {
        lock (_lock)
        {
            return _packages.GetValueOrDefault(name.Value);
        }
    }

    /// <summary>The packages of a topology.</summary>
    public IReadOnlyList<StoredPackage> OfTopology(string topologyId)
    {
        lock (_lock)
        {
            return _ofTopologies.TryGetValue(topologyId, out var names) ? [.. names.Select(name => _packages[name])] : [];
        }
    }

    /// <summary>Packages in the order of their names.</summary>
    /// <param name="after">The name after which to go on; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    public IReadOnlyList<StoredPackage> Page(string? after, int limit)
    {
        lock (_lock)
        {
            // Whatever sorts directly after a name is that name with the smallest character behind it.
            var names = after is null ? _names : _names.Max is { } last && string.CompareOrdinal(after + '\0', last) <= 0
                ? _names.GetViewBetween(after + '\0', last)
                : [];
            return [.. names.Take(limit).Select(name => _packages[name])];
        }
    }

    /// <summary>The largest packages, largest first.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<StoredPackage> Largest(int most)
    {
        lock (_lock)
        {
            return [.. _packages.Values.OrderByDescending(package => package.Length).ThenBy(package => package.Name.Value, StringComparer.Ordinal).Take(most)];
        }
    }

    private void Forget(string name)
    {
        if (!_packages.Remove(name, out var package))
        {
            return;
        }

        _names.Remove(name);
        if (package.TopologyId is { } id && _ofTopologies.TryGetValue(id, out var names))
        {
            names.Remove(name);
            if (names.Count == 0)
            {
                _ofTopologies.Remove(id);
            }
        }

        CountContent(package, -1);
    }

    private void CountContent(StoredPackage package, int change)
    {
        if (package.Sha256 is not { } sha256)
        {
            Bytes += change * package.Length;
            return;
        }

        var before = _contents.GetValueOrDefault(sha256);
        var now = before + change;
        if (now == 0)
        {
            _contents.Remove(sha256);
        }
        else
        {
            _contents[sha256] = now;
        }

        if (before == 0 || now == 0)
        {
            Bytes += change * package.Length;
        }
    }
}
