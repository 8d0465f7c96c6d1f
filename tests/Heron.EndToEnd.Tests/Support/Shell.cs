// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Support;

/// <summary>Runs what a person types, in the folder of the repository.</summary>
internal static class Shell
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">For bash.</param>
    /// <param name="environment">Besides that of the tests.</param>
    /// <returns>The status, and all that it said.</returns>
    public static async Task<(int Status, string Output)> RunAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", "exec 2>&1\n" + script])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Fixtures.RepositoryRoot,
        };
        start.Environment["HERON_DEMO_BUILT"] = Configuration;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    /// <summary>The command lines of all processes that name a folder.</summary>
    public static IReadOnlyList<string> ProcessesOf(string folder) =>
    [
        .. Directory.GetDirectories("/proc").Select(CommandLine).Where(line => line.Contains(folder, StringComparison.Ordinal)),
    ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.Exists(Path.Join(process, "cmdline")) ? File.ReadAllText(Path.Join(process, "cmdline")).Replace('\0', ' ') : "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is somebody else's.
            return "";
        }
    }
}
