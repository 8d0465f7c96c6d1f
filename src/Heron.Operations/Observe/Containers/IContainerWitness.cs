// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Operations.Observe.Containers;

/// <summary>Is told how containers have become other than they were.</summary>
public interface IContainerWitness
{
    /// <summary>Called after every look at containers of a topology, for one topology by one caller at a time.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="before">As they were; null when nothing was known of the topology.</param>
    /// <param name="after">As they are.</param>
    void See(TopologyIdentity topology, IReadOnlyList<ContainerStatus>? before, IReadOnlyList<ContainerStatus> after);
}
