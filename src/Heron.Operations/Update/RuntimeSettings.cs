// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Operations.Update;

/// <summary>Finds the settings that a running topology was given, in its physical plan.</summary>
public static class RuntimeSettings
{
    // The topology manager marks them so, and leaves the submitted value beside them.
    private const string Suffix = ":runtime";

    /// <summary>All of them, those of the topology first.</summary>
    public static IReadOnlyList<RuntimeSetting> Of(Topology topology) =>
    [
        .. Of(null, topology.TopologyConfig),
        .. TopologySettings.Components(topology).SelectMany(c => Of(c.Name, c.Config)),
    ];

    private static IEnumerable<RuntimeSetting> Of(string? component, Config? config) => (config?.Kvs ?? [])
        .Where(kv => kv.Key.EndsWith(Suffix, StringComparison.Ordinal))
        .Select(kv => new RuntimeSetting(component, kv.Key[..^Suffix.Length], kv.Value));
}
