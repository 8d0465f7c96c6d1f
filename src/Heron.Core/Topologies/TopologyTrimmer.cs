// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.Core.Topologies;

/// <summary>Makes the copy of a definition that the state manager stores.</summary>
public static class TopologyTrimmer
{
    /// <summary>A copy without the serialized objects of spouts and bolts; everything else, configuration included, stays.</summary>
    public static Topology Trim(Topology topology)
    {
        var copy = topology.Clone();
        foreach (var component in TopologySettings.Components(copy))
        {
            component.ClearSerializedObject();
        }

        return copy;
    }
}
