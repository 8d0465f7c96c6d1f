// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Heron.Testing;

/// <summary>A program of the machine, run to its end.</summary>
/// <param name="Status">What it ended with.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Errors">Its stderr.</param>
public sealed record Tool(int Status, string Output, string Errors)
{
    /// <summary>The lines of stdout.</summary>
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a program in the repository's folder; one with a slash in its name is there, too, unless its path is absolute.</summary>
    public static Tool Run(string program, params string[] arguments) => Run(program, arguments, new Dictionary<string, string?>());

    /// <summary>Runs a program in the repository's folder, with variables added to its environment, or taken from it (null).</summary>
    public static Tool Run(string program, string[] arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(program, Fixtures.RepositoryRoot) : program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Fixtures.RepositoryRoot,
        };
        // Compilers that a build leaves behind would keep its output open for a quarter of an hour.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Tool(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>The same, for one that must succeed.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message has what it said.</exception>
    public Tool Succeeded() => Status == 0 ? this : throw new InvalidOperationException($"status {Status}:\n{Output}\n{Errors}");
}
