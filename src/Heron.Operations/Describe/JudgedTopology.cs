// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.State;
using Heron.Operations.Observe.Containers;
using Heron.Operations.Update;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Describe;

/// <summary>How a topology is, put together from what the state has, what its manager wrote and what the scheduler knows.</summary>
/// <param name="State">One of <see cref="TopologyWords"/>.</param>
/// <param name="Reason">What is not as it should be, in words; null when nothing is.</param>
/// <param name="Containers">By number.</param>
internal sealed record JudgedTopology(string State, string? Reason, IReadOnlyList<JudgedContainer> Containers)
{
    private const int MostNamed = 8;
    private const int MostKinds = 3;

    /// <summary>Whether it is ill only by containers that are not there: which is how it is, too, while it is launched or scaled.</summary>
    public bool MayBeInTheMaking { get; private init; }

    /// <summary>Judges.</summary>
    public static JudgedTopology Of(TopologySnapshot topology, ContainerSight? sight)
    {
        var physical = topology.PhysicalPlan.Value;
        var containers = JudgedContainer.Of(topology, sight?.Containers ?? []);
        if (topology.Damages is { Count: > 0 } damages)
        {
            return new(TopologyWords.Damaged, $"{StatePaths.RelativeOf(damages[0].Node, topology.Name)} {damages[0].Reason}", containers);
        }

        if (physical?.Topology.State == Proto.TopologyState.Killed)
        {
            return new(TopologyWords.Killed, null, containers);
        }

        var ill = containers.Where(c => c.IsIll).ToList();
        var isInForce = topology.PackingPlan.Value is { } packing && physical.IsMadeFrom(packing);
        var works = isInForce && containers.Any(c => c.Id != 0 && c.State == JudgedContainer.Running);
        if (ill.Count > 0 && !works)
        {
            return new(TopologyWords.Failing, Words(ill), containers)
            {
                MayBeInTheMaking = ill.TrueForAll(c => c.State is JudgedContainer.Pending or JudgedContainer.Missing or JudgedContainer.Stopped),
            };
        }

        if (!isInForce)
        {
            return new(TopologyWords.Starting, NotInForce(physical is not null), containers);
        }

        var behind = containers.Where(c => c.State is not null && c.State != JudgedContainer.Running).ToList();
        return behind.Count > 0
            ? new(TopologyWords.Degraded, Words(behind), containers)
            : new(TopologyWords.Running, null, containers);
    }

    /// <summary>The same, of a topology that is being launched or changed just now.</summary>
    public JudgedTopology InTheMaking() => MayBeInTheMaking ? this with { State = TopologyWords.Starting, Reason = NotInForce(false) } : this;

    private static string NotInForce(bool hasOld) => hasOld
        ? "the topology manager does not work by its newest packing plan yet"
        : "the topology manager has not written a physical plan yet";

    private static string Words(IReadOnlyCollection<JudgedContainer> containers) => string.Join("; ", containers
        .GroupBy(c => (c.State, c.Reason))
        .OrderByDescending(g => g.Count())
        .Take(MostKinds)
        .Select(g => Words([.. g.Select(c => c.Id)], g.Key.State!, g.Key.Reason)));

    private static string Words(IReadOnlyList<int> ids, string state, string? reason)
    {
        var names = string.Join(", ", ids.Take(MostNamed).Select(id => id.ToString(CultureInfo.InvariantCulture)));
        var more = ids.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {ids.Count - MostNamed} more") : "";
        return $"container{(ids.Count == 1 ? "" : "s")} {names}{more} {(ids.Count == 1 ? "is" : "are")} {state}"
            + (reason is null ? "" : $": {reason}");
    }
}
