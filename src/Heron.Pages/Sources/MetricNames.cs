// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.Pages.Sources;

/// <summary>The metrics to ask for of one component. Their names are those of heron-core, with the stream behind a slash.</summary>
/// <param name="Component">Whose.</param>
/// <param name="All">Every name.</param>
internal sealed record MetricNames(string Component, IReadOnlyList<string> All)
{
    public const string Emit = "__emit-count/";
    public const string Execute = "__execute-count/";
    public const string Ack = "__ack-count/";
    public const string Fail = "__fail-count/";
    public const string CompleteLatency = "__complete-latency/";
    public const string ProcessLatency = "__process-latency/";
    public const string ExecuteLatency = "__execute-latency/";
    public const string CpuLoad = "__jvm-process-cpu-load";
    public const string MemoryUsed = "__jvm-memory-used-mb";

    /// <summary>What an instance tells of its process.</summary>
    public static IReadOnlyList<string> Machine { get; } = [CpuLoad, MemoryUsed];

    /// <summary>For every component: what it emits by its outputs, what it takes by its inputs.</summary>
    public static IReadOnlyList<MetricNames> Of(Topology topology) =>
    [
        .. topology.Spouts.Select(spout => new MetricNames(
            spout.Comp.Name,
            [.. spout.Outputs.Select(o => o.Stream.Id).SelectMany(s => new[] { Emit + s, Ack + s, Fail + s, CompleteLatency + s })])),
        .. topology.Bolts.Select(bolt => new MetricNames(
            bolt.Comp.Name,
            [
                .. bolt.Outputs.Select(o => Emit + o.Stream.Id),
                .. bolt.Inputs.Select(i => i.Stream.Id).Distinct()
                    .SelectMany(s => new[] { Execute + s, Ack + s, Fail + s, ProcessLatency + s, ExecuteLatency + s }),
            ])),
    ];
}
