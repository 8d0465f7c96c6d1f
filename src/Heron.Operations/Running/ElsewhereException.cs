// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Running;

/// <summary>A request names another cluster, role or environment than its topology runs in; the message is the Java server's.</summary>
/// <param name="asked">What the request names.</param>
/// <param name="place">Where it is: only for those who may see that one.</param>
public sealed class ElsewhereException(TopologyAddress asked, TopologyAddress place) : HeronException(
    FaultKind.Conflict,
    $"cluster/role/environ does not match. Topology '{place.Name}' is running at "
    + $"{place.Cluster}/{place.Role}/{place.Environment}, not {asked.Cluster}/{asked.Role}/{asked.Environment}")
{
    /// <summary>Where it is.</summary>
    public TopologyAddress Place => place;
}
