// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Topologies;

namespace Heron.Operations.Update;

/// <summary>Gives the algorithm that repacks, with the configuration it works by.</summary>
public interface IRepackingSource
{
    /// <summary>The algorithm of <c>heron.class.repacking.algorithm</c> for a request on a topology.</summary>
    /// <param name="topology">Whose plan is to change.</param>
    /// <param name="overrides">Settings given with the request.</param>
    /// <exception cref="Heron.Core.HeronException">The setting names no known class.</exception>
    (IPacking Packing, HeronConfig Config) For(TopologyIdentity topology, IReadOnlyDictionary<string, string> overrides);
}
