// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>Folders inside of an allocation, in the notation that Nomad replaces in the environment of tasks.</summary>
internal static class AllocationFolder
{
    /// <summary>The folder that an allocation's tasks share.</summary>
    public const string Shared = "${NOMAD_ALLOC_DIR}";

    private const string OfTask = "${NOMAD_TASK_DIR}";

    /// <summary>Whether a pattern begins there.</summary>
    public static bool Has(string pattern) =>
        pattern.StartsWith(Shared + "/", StringComparison.Ordinal) || pattern.StartsWith(OfTask + "/", StringComparison.Ordinal);

    /// <summary>Where a folder is, as seen from the allocation's own; null when it is outside.</summary>
    public static string? Inside(string? folder, string task) =>
        folder is null || !Has(folder) ? null
        : folder.StartsWith(Shared, StringComparison.Ordinal) ? "alloc" + folder[Shared.Length..]
        : $"{task}/local{folder[OfTask.Length..]}";
}
