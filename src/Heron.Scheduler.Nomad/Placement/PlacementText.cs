// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Placement;

/// <summary>Says in plain words why Nomad has no place for a container, or why its task failed at once.</summary>
internal static class PlacementText
{
    /// <summary>From the evaluation of a job.</summary>
    /// <param name="asked">What the job asks for.</param>
    /// <param name="failure">What Nomad says.</param>
    public static string Explain(AskedResources asked, NomadPlacementFailure failure)
    {
        var reasons = new List<string>();
        var available = failure.NodesAvailable ?? new Dictionary<string, int>();
        if (available.Values.Sum() == 0)
        {
            reasons.Add($"no node of datacenter {asked.DatacenterNames} takes containers: there is none, or all are down, drained or not eligible ("
                + $"nomad node status lists them; {NomadKeys.Datacenters} names the datacenter)");
        }

        foreach (var (constraint, nodes) in Sorted(failure.ConstraintFiltered))
        {
            reasons.Add(Constraint(asked, constraint, nodes));
        }

        foreach (var (name, nodes) in Sorted(failure.ClassFiltered))
        {
            reasons.Add($"{Nodes(nodes)} of class {name} may not be used");
        }

        foreach (var (dimension, nodes) in Sorted(failure.DimensionExhausted))
        {
            reasons.Add(Dimension(asked, dimension, nodes, available.Values.Sum()));
        }

        if (failure.QuotaExhausted is { Count: > 0 } quotas)
        {
            reasons.Add($"the quota of the namespace is used up: {string.Join(", ", quotas)}");
        }

        return reasons.Count > 0 ? string.Join("; ", reasons) : "Nomad has no place for it and gives no reason";
    }

    /// <summary>Numbers of containers as ranges: <c>containers 0-3, 7</c>.</summary>
    public static string Containers(IEnumerable<int> containers)
    {
        var sorted = containers.Order().ToList();
        var ranges = new List<string>();
        for (var i = 0; i < sorted.Count; i++)
        {
            var first = sorted[i];
            while (i + 1 < sorted.Count && sorted[i + 1] == sorted[i] + 1)
            {
                i++;
            }

            ranges.Add(first == sorted[i]
                ? first.ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{first}-{sorted[i]}"));
        }

        return (sorted.Count == 1 ? "container " : "containers ") + string.Join(", ", ranges);
    }

    private static string Constraint(AskedResources asked, string constraint, int nodes)
    {
        if (constraint == "missing drivers")
        {
            var remedy = asked.DriverName == NomadJobSettings.RawExec
                ? "switch raw_exec on in the plugin settings of the Nomad clients"
                : "install it there";
            return $"{Nodes(nodes)} cannot run the driver {asked.DriverName} ({remedy}, or change {NomadKeys.Driver})";
        }

        if (constraint == "missing network")
        {
            return $"{Nodes(nodes)} do not have the network that the job asks for";
        }

        return constraint.Contains("consul", StringComparison.OrdinalIgnoreCase)
            ? $"{Nodes(nodes)} have no fitting Consul, which the metrics service needs ({constraint}; set {NomadKeys.MetricsServiceRegister}"
                + $" to false or {NomadKeys.MetricsServiceProvider} to nomad)"
            : $"{Nodes(nodes)} do not fulfil the constraint '{constraint}'";
    }

    private static string Dimension(AskedResources asked, string dimension, int nodes, int available)
    {
        var size = dimension switch
        {
            "memory" => $"{asked.MemoryMegabytes} MB",
            "cpu" => $"{asked.Cpu} MHz",
            "disk" => $"{asked.DiskMegabytes} MB",
            _ => null,
        };
        var where = available > nodes ? string.Create(CultureInfo.InvariantCulture, $"{nodes} of {available} nodes") : Nodes(nodes);
        return $"{dimension} is exhausted on {where}" + (size is null ? "" : $" (a container asks for {size})");
    }

    private static string Nodes(int count) =>
        count == 1 ? "1 node" : string.Create(CultureInfo.InvariantCulture, $"{count} nodes");

    private static IEnumerable<KeyValuePair<string, int>> Sorted(IReadOnlyDictionary<string, int>? counts) =>
        (counts ?? new Dictionary<string, int>()).OrderBy(c => c.Key, StringComparer.Ordinal);
}
