// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Scheduler.Local;

/// <summary>
/// What every process of a container has in its environment, so that all of them are found even when the files about
/// them are gone.
/// </summary>
internal static class ContainerMark
{
    /// <summary>The variable.</summary>
    public const string Variable = "HERON_LOCAL_CONTAINER";

    /// <summary>
    /// The value for one container: with the folder about its topology, so that servers with other folders, which may
    /// run the same topology, are not mistaken for this one.
    /// </summary>
    public static string Of(TopologyFolder folder, int containerId) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder.Path}/{containerId}");

    /// <summary>Marks of all running containers of a topology, whether or not anything else is known about them.</summary>
    public static IReadOnlySet<string> Running(TopologyFolder folder)
    {
        var prefix = folder.Path + "/";
        return ProcessTable.All()
            .Where(entry => entry.IsRunning)
            .Select(entry => ProcessTable.EnvironmentOf(entry.Pid, Variable))
            .OfType<string>()
            .Where(mark => mark.StartsWith(prefix, StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The container's number in a mark; -1 when it is none of ours.</summary>
    public static int ContainerIn(string mark) => int.TryParse(
        mark.AsSpan(mark.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1;
}
