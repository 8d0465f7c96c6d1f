// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.Scheduler.Nomad.Placement;

/// <summary>What a job asks for, to be named when it is not there.</summary>
/// <param name="DatacenterNames">Separated by commas.</param>
/// <param name="DriverName">The task's driver.</param>
/// <param name="Cpu">MHz.</param>
/// <param name="MemoryMegabytes">Memory of the task.</param>
/// <param name="DiskMegabytes">Disk of the group.</param>
internal sealed record AskedResources(string DatacenterNames, string? DriverName, long? Cpu, long? MemoryMegabytes, long? DiskMegabytes)
{
    /// <summary>When the job is gone.</summary>
    public static AskedResources Unknown { get; } = new("?", null, null, null, null);

    /// <summary>From a job that was built, or read from Nomad.</summary>
    public static AskedResources Of(JsonObject job)
    {
        var group = job["TaskGroups"]?[0];
        var task = group?["Tasks"]?[0];
        return new AskedResources(
            string.Join(", ", (job["Datacenters"] as JsonArray ?? []).Select(d => d?.GetValue<string>())),
            task?["Driver"]?.GetValue<string>(),
            Number(task?["Resources"]?["CPU"]),
            Number(task?["Resources"]?["MemoryMB"]),
            Number(group?["EphemeralDisk"]?["SizeMB"]));
    }

    private static long? Number(JsonNode? node) => node?.AsValue() switch
    {
        null => null,
        var value when value.TryGetValue<int>(out var number) => number,
        var value => value.GetValue<long>(),
    };
}
