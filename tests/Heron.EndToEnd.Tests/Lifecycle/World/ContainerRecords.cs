// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;

namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>What the stand-in containers of one topology have written down.</summary>
internal sealed class ContainerRecords(string folder, string topologyId)
{
    /// <summary>Containers whose process lives, sorted.</summary>
    public IReadOnlyList<int> Running => [.. Files("json").Select(NumberOf).Where(IsRunning).Order()];

    /// <summary>Whether two copies of a container have ever run at once.</summary>
    public bool Overlapped => Files("events").Any(f => File.ReadAllText(f).Contains("overlap", StringComparison.Ordinal));

    /// <summary>What happened to a container, in order: <c>start PID</c>, <c>stop PID</c>, ...</summary>
    public IReadOnlyList<string> Events(int container) => File.ReadAllLines(PathOf(container) + ".events");

    /// <summary>All that happened to all containers, for whoever looks for the reason of a failure.</summary>
    public string Everything => string.Join(
        '\n', Files("events").Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)}: {string.Join(", ", File.ReadAllLines(f))}"));

    /// <summary>How often a container was started.</summary>
    public int Starts(int container) => Events(container).Count(e => e.StartsWith("start ", StringComparison.Ordinal));

    /// <summary>Process id of the topology manager that was started last.</summary>
    public int Manager => int.Parse(
        Events(0).Last(e => e.StartsWith("tmanager-start:", StringComparison.Ordinal)).Split(':', ' ')[1],
        CultureInfo.InvariantCulture);

    /// <summary>The arguments a container was started with last.</summary>
    public IReadOnlyList<string> Arguments(int container)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(PathOf(container) + ".json"));
        return [.. document.RootElement.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()!)];
    }

    /// <summary>Processes of the topology that live, topology managers included.</summary>
    public IReadOnlyList<int> Processes => [.. Files("events")
        .SelectMany(File.ReadAllLines)
        .Where(e => e.StartsWith("start ", StringComparison.Ordinal) || e.StartsWith("tmanager-start:", StringComparison.Ordinal))
        .Select(e => int.Parse(e.Split(' ', ':')[1], CultureInfo.InvariantCulture))
        .Distinct()
        .Where(IsStandIn)];

    private string[] Files(string extension) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, $"{topologyId}-*.{extension}") : [];

    private static bool IsStandIn(int pid)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline"))
                .Contains("Heron.StandInCore", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool IsRunning(int container)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(PathOf(container) + ".json"));
        return IsStandIn(document.RootElement.GetProperty("pid").GetInt32());
    }

    private int NumberOf(string file) => int.Parse(
        Path.GetFileNameWithoutExtension(file).AsSpan(topologyId.Length + 1), CultureInfo.InvariantCulture);

    private string PathOf(int container) => Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"{topologyId}-{container}"));
}
