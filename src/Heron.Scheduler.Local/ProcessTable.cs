// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Heron.Scheduler.Local;

/// <summary>Reads the processes of this machine from <c>/proc</c>.</summary>
internal static class ProcessTable
{
    /// <summary>One process, or null when there is none of this number.</summary>
    public static ProcessEntry? Read(int pid)
    {
        try
        {
            // pid (name, which may hold anything) state ppid pgrp session ... start time as 22nd field
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessEntry(
                pid,
                fields[0] is not ("Z" or "X"),
                int.Parse(fields[2], CultureInfo.InvariantCulture),
                int.Parse(fields[3], CultureInfo.InvariantCulture),
                long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All processes there are now.</summary>
    public static IEnumerable<ProcessEntry> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The command line of a process, its words with blanks between; empty when there is none.</summary>
    public static string CommandOf(int pid)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    /// <summary>When this machine started.</summary>
    public static DateTimeOffset MachineStart()
    {
        const string Key = "btime ";
        var line = File.ReadLines("/proc/stat").First(text => text.StartsWith(Key, StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(long.Parse(line[Key.Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>The value of a variable in the environment with which a process was started; null without, or if not ours to see.</summary>
    public static string? EnvironmentOf(int pid, string variable)
    {
        try
        {
            var bytes = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ"));
            var prefix = variable + "=";
            return Encoding.UTF8.GetString(bytes).Split('\0')
                .FirstOrDefault(entry => entry.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
