// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Topologies;
using Heron.Operations.Running;
using Heron.Operations.Update;

namespace Heron.ApiServer.Composition;

/// <summary>Finds the algorithm that an update repacks with, in the configuration of the topology's own request.</summary>
internal sealed class RepackingSource(ServerConfiguration configuration, PackingAlgorithms packings) : IRepackingSource
{
    /// <inheritdoc/>
    public (IPacking Packing, HeronConfig Config) For(
        TopologyIdentity topology, IReadOnlyDictionary<string, string> overrides)
    {
        var config = configuration.ForTopology(topology, overrides).Local;
        return (packings.Repacking(config), config);
    }
}
