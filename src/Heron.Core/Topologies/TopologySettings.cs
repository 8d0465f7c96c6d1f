// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;
using Heron.Core.Protobuf;

namespace Heron.Core.Topologies;

/// <summary>What a topology definition asks for, read out of its configuration lists with Heron's defaults.</summary>
public static class TopologySettings
{
    /// <summary>Number of instances of a component; every component must have it.</summary>
    public const string ParallelismKey = "topology.component.parallelism";

    /// <summary>Memory per component: <c>word:1073741824,count:2147483648</c>.</summary>
    public const string RamMapKey = "topology.component.rammap";

    /// <summary>Number of containers without container 0.</summary>
    public const string ContainersKey = "topology.stmgrs";

    /// <summary>JVM options of all instances.</summary>
    public const string InstanceJvmOptionsKey = "topology.worker.childopts";

    /// <summary>JVM options per component, as JSON that the API makes.</summary>
    public const string ComponentJvmOptionsKey = "topology.component.jvmopts";

    /// <summary>Appended to the class path of the instances.</summary>
    public const string AdditionalClasspathKey = "topology.additional.classpath";

    /// <summary>ATMOST_ONCE, ATLEAST_ONCE or EFFECTIVELY_ONCE.</summary>
    public const string ReliabilityModeKey = "topology.reliability.mode";

    /// <summary>Memory of the checkpoint manager, bytes.</summary>
    public const string CheckpointManagerRamKey = "topology.stateful.checkpointmanager.ram";

    /// <summary>Whether the JVMs of the instances open debugger ports.</summary>
    public const string RemoteDebuggingKey = "topology.remote.debugging.enable";

    private static readonly string[] ReliabilityModes = ["ATMOST_ONCE", "ATLEAST_ONCE", "EFFECTIVELY_ONCE"];

    /// <summary>The first value of a key, or a default. A value that is not text counts as empty text, as in Heron.</summary>
    public static string Get(Config? config, string key, string defaultValue)
    {
        foreach (var entry in config?.Kvs ?? [])
        {
            if (entry.Key == key)
            {
                return entry.Value;
            }
        }

        return defaultValue;
    }

    /// <summary>All components, spouts first, in the order of the definition.</summary>
    public static IEnumerable<Component> Components(Topology topology) =>
        topology.Spouts.Select(s => s.Comp).Concat(topology.Bolts.Select(b => b.Comp));

    /// <summary>Parallelism of each component.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when one is missing or no number.</exception>
    public static IReadOnlyDictionary<string, int> ComponentParallelism(Topology topology)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var component in Components(topology))
        {
            var entry = component.Config.Kvs.FirstOrDefault(kv => kv.Key == ParallelismKey)
                ?? throw new HeronException(
                    FaultKind.Invalid,
                    $"Missing config for required key {ParallelismKey} (component {ShownText.Of(component.Name)})");
            result[component.Name] = JavaNumber.ParseInt(
                JavaText.Trim(entry.Value), $"{ParallelismKey} of component {ShownText.Of(component.Name)}");
        }

        return result;
    }

    /// <summary>A setting of the form <c>component:value,component:value</c>; every component must exist.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, with Heron's text.</exception>
    public static IReadOnlyDictionary<string, string> ComponentMap(Topology topology, string key)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var components = ComponentParallelism(topology);
        foreach (var token in JavaText.Split(Get(topology.TopologyConfig, key, string.Empty), ','))
        {
            if (JavaText.Trim(token).Length == 0)
            {
                continue;
            }

            var parts = JavaText.Split(token, ':');
            if (parts.Count != 2)
            {
                throw new HeronException(FaultKind.Invalid, $"Malformed component config {key}");
            }

            if (!components.ContainsKey(parts[0]))
            {
                throw new HeronException(
                    FaultKind.Invalid, $"Invalid component. {ShownText.Of(parts[0])} not found ({key})");
            }

            result[parts[0]] = parts[1];
        }

        return result;
    }

    /// <summary>Memory that the definition gives single components.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, with Heron's text.</exception>
    public static IReadOnlyDictionary<string, ByteAmount> ComponentRamMap(Topology topology) =>
        ComponentMap(topology, RamMapKey).ToDictionary(
            entry => entry.Key,
            entry => new ByteAmount(JavaNumber.ParseLong(entry.Value, RamMapKey)),
            StringComparer.Ordinal);

    /// <summary>Number of containers that the definition asks for, without container 0.</summary>
    public static int ContainerCount(Topology topology) =>
        JavaNumber.ParseInt(JavaText.Trim(Get(topology.TopologyConfig, ContainersKey, "1")), ContainersKey);

    /// <summary>JVM options of all instances; empty when none.</summary>
    public static string InstanceJvmOptions(Topology topology) =>
        Get(topology.TopologyConfig, InstanceJvmOptionsKey, string.Empty);

    /// <summary>JVM options per component; empty when none.</summary>
    public static string ComponentJvmOptions(Topology topology) =>
        Get(topology.TopologyConfig, ComponentJvmOptionsKey, string.Empty);

    /// <summary>Whether the checkpoint manager runs: the topology is effectively-once.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the mode is none of Heron's.</exception>
    public static bool IsStateful(Topology topology)
    {
        var mode = Get(topology.TopologyConfig, ReliabilityModeKey, string.Empty);
        if (mode.Length > 0 && !ReliabilityModes.Contains(mode, StringComparer.Ordinal))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"{ReliabilityModeKey} is '{ShownText.Of(mode)}'; known are {string.Join(", ", ReliabilityModes)}");
        }

        return mode == "EFFECTIVELY_ONCE";
    }

    /// <summary>Memory of the checkpoint manager; 1 GiB when the definition does not say.</summary>
    public static ByteAmount CheckpointManagerRam(Topology topology) =>
        Get(topology.TopologyConfig, CheckpointManagerRamKey, string.Empty) is { Length: > 0 } text
            ? new ByteAmount(JavaNumber.ParseLong(text, CheckpointManagerRamKey))
            : ByteAmount.FromGigabytes(1);

    /// <summary>Whether instances open debugger ports.</summary>
    public static bool IsRemoteDebugging(Topology topology) => string.Equals(
        Get(topology.TopologyConfig, RemoteDebuggingKey, "false"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Class path of the instances. A jar stands for itself; anything else is taken for an archive that holds
    /// <c>libs/</c> and a jar of its own name.
    /// </summary>
    public static string ClassPath(Topology topology, string binaryFileName)
    {
        var name = binaryFileName[(binaryFileName.LastIndexOf('/') + 1)..];
        var classPath = name.EndsWith(".jar", StringComparison.Ordinal)
            ? name
            : "libs/*:" + name.Replace(".tar.gz", string.Empty, StringComparison.Ordinal)
                .Replace(".tar", string.Empty, StringComparison.Ordinal) + ".jar";
        var additional = Get(topology.TopologyConfig, AdditionalClasspathKey, string.Empty);
        return additional.Length == 0 ? classPath : $"{classPath}:{additional}";
    }
}
