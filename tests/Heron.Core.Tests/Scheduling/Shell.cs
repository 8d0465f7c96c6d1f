// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Heron.Core.Tests.Scheduling;

/// <summary>Runs the real <c>/bin/sh</c> of this machine.</summary>
internal static class Shell
{
    /// <summary>Runs a script given on standard input to -c, with the variables, and returns what it printed.</summary>
    public static string Run(string script, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(string.Empty, errors.Result);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
