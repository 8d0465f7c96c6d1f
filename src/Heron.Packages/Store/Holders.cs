// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;

namespace Heron.Packages.Store;

/// <summary>Which topology needs which package of this store.</summary>
public sealed class Holders
{
    private readonly IReadOnlySet<string> _topologyIds;
    private readonly Dictionary<string, string> _ofNames = new(StringComparer.Ordinal);

    /// <summary>Finds the packages of this store among those that topologies fetch.</summary>
    public Holders(HeldPackages held)
    {
        _topologyIds = held.TopologyIds;
        foreach (var (uri, topologyId) in held.Uris)
        {
            if (ServerUrls.TryGetName(uri, out var name))
            {
                _ofNames[name.Value] = topologyId;
            }
        }
    }

    /// <summary>The id of the topology that needs a package: it is described as that topology's, or its containers fetch it.</summary>
    /// <returns>Null when none does.</returns>
    public string? Of(StoredPackage package) =>
        package.TopologyId is { } id && _topologyIds.Contains(id) ? id : _ofNames.GetValueOrDefault(package.Name.Value);
}
