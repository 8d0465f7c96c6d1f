// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Topologies;

namespace Heron.Operations.Running;

/// <summary>The configuration of a topology that runs already: what the form said besides is not known any more.</summary>
public static class TopologyConfigs
{
    /// <summary>The server's configuration with the names of a topology.</summary>
    public static EffectiveConfig ForTopology(
        this ServerConfiguration configuration,
        TopologyIdentity topology,
        IEnumerable<KeyValuePair<string, string>>? overrides = null) => configuration.ForRequest(
        [
            new(ConfigKeys.Cluster, topology.Cluster),
            new(ConfigKeys.Role, topology.Role),
            new(ConfigKeys.Environ, topology.Environment),
            new(ConfigKeys.TopologyName, topology.Name),
            new(ConfigKeys.TopologyId, topology.Id),
        ],
        overrides ?? []);
}
