// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Heron.Scheduler.Local;

/// <summary>A topology whose containers are kept running.</summary>
internal sealed record RunningTopology(TopologySpec Spec, TopologyFolder Folder)
{
    /// <summary>Its containers by number.</summary>
    public ConcurrentDictionary<int, ContainerSupervisor> Containers { get; } = new();
}
