// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.State;

/// <summary>The form of a definition that is kept in the state manager.</summary>
public static class StoredTopology
{
    /// <summary>
    /// A copy without serialized objects, whose number of containers is that of the plan: a bin packing plan may have
    /// another one than the definition asked for, and the topology manager reads it here.
    /// </summary>
    public static Topology From(TopologyRegistration registration)
    {
        var stored = TopologyTrimmer.Trim(registration.Topology);
        int containers = registration.PackingPlan.ContainerPlans.Count;
        if (TopologySettings.ContainerCount(stored) == containers || stored.TopologyConfig is null)
        {
            return stored;
        }

        var entries = stored.TopologyConfig.Kvs;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Key == TopologySettings.ContainersKey)
            {
                // Without a type, as the Java server leaves it.
                entries[i] = new Config.Types.KeyValue
                {
                    Key = TopologySettings.ContainersKey,
                    Value = containers.ToString(CultureInfo.InvariantCulture),
                };
            }
        }

        return stored;
    }
}
