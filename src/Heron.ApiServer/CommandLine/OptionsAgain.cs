// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Logging;

namespace Heron.ApiServer.CommandLine;

/// <summary>The command line and the file of options, read again while the server runs with what they said at its start.</summary>
/// <param name="commandLine">Reads them.</param>
/// <param name="arguments">The command line.</param>
/// <param name="start">What they said at the start.</param>
internal sealed class OptionsAgain(ServerCommandLine commandLine, IReadOnlyList<string> arguments, CommandLineResult start)
{
    // What a running server takes.
    private static readonly string[] Taken = ["--log-level", "--verbose"];

    /// <summary>Whether there is a file that can say something else than at the start.</summary>
    public bool HasFile => start.Options?.File is not null;

    /// <summary>Reads them.</summary>
    /// <returns>What they say now.</returns>
    public OptionsNow Read()
    {
        var now = commandLine.Read(arguments);
        return now.Mistakes.Count > 0 || now.Options is not { } options
            ? new OptionsNow(null, [], now.Mistakes)
            : new OptionsNow(options.Log, [.. Changed(now, options)], []);
    }

    private IEnumerable<string> Changed(CommandLineResult now, ServerOptions options)
    {
        var before = start.Values.ToDictionary(option => option.Name, option => option.Value);
        var settings = start.Options?.Overrides ?? new Dictionary<string, string>();
        return now.Values
            .Where(option => !Taken.Contains(option.Name) && before.GetValueOrDefault(option.Name) != option.Value)
            .Select(option => option.Name)
            .Concat(settings.Keys.Union(options.Overrides.Keys)
                .Where(key => settings.GetValueOrDefault(key) != options.Overrides.GetValueOrDefault(key))
                .Order(StringComparer.Ordinal)
                .Select(key => "-D " + key));
    }
}

/// <summary>What options say while the server runs.</summary>
/// <param name="Log">How to log; null when there are mistakes.</param>
/// <param name="NeedRestart">Options and settings that say something else than at the start, and need another one to count.</param>
/// <param name="Mistakes">What is wrong, one line each.</param>
internal sealed record OptionsNow(LogSettings? Log, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Mistakes);
