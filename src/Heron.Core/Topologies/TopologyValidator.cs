// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.Core.Topologies;

/// <summary>
/// Refuses definitions that Heron refuses (its <c>verifyTopology</c>), those whose names could do harm, and those whose
/// settings Heron would only find wrong after the containers were asked for.
/// </summary>
public static class TopologyValidator
{
    /// <summary>
    /// More instances than any cluster runs; keeps a mistyped parallelism from filling the server's memory, of which a plan
    /// takes some kilobytes an instance while it is made and shown.
    /// </summary>
    public const int MaxInstances = 30_000;

    /// <summary>Checks a definition.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, beginning with Heron's own text where it has one.</exception>
    public static void Validate(Topology topology)
    {
        SafeNames.CheckTopologyName(topology.Name);
        SafeNames.CheckTopologyId(topology.Id);
        _ = TopologySettings.ComponentRamMap(topology);
        CheckStreams(topology);

        foreach (var component in TopologySettings.Components(topology))
        {
            SafeNames.CheckComponentName(component.Name);
        }

        CheckInstances(TopologySettings.ComponentParallelism(topology).Values.Sum(p => (long)Math.Max(p, 0)));
        _ = TopologySettings.IsStateful(topology);
        _ = TopologySettings.CheckpointManagerRam(topology);
    }

    /// <summary>Refuses more instances in one topology than <see cref="MaxInstances"/>.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>.</exception>
    public static void CheckInstances(long instances)
    {
        if (instances > MaxInstances)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"the topology would have {instances} instances; at most {MaxInstances} are possible: lower the parallelism");
        }
    }

    private static void CheckStreams(Topology topology)
    {
        var outputs = topology.Spouts.SelectMany(s => s.Outputs)
            .Concat(topology.Bolts.SelectMany(b => b.Outputs))
            .Select(o => KeyOf(o.Stream))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var bolt in topology.Bolts)
        {
            foreach (var input in bolt.Inputs)
            {
                if (!outputs.Contains(KeyOf(input.Stream)))
                {
                    throw new HeronException(
                        FaultKind.Invalid,
                        $"Invalid input stream {ShownText.Of(KeyOf(input.Stream))} of bolt "
                        + $"{ShownText.Of(bolt.Comp.Name)}: no component emits it, existing streams are "
                        + $"[{string.Join(", ", outputs.Order(StringComparer.Ordinal).Take(50).Select(name => ShownText.Of(name)))}]");
                }
            }
        }
    }

    private static string KeyOf(StreamId stream) => $"{stream.ComponentName}/{stream.Id}";
}
