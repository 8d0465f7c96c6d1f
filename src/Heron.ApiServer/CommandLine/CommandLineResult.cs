// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.CommandLine;

/// <summary>What came out of reading the command line.</summary>
/// <param name="Options">
/// What to run with. When there are mistakes, what could be read all the same, so that the configuration can be looked at and
/// all mistakes are told at once; null when there is not even a configuration to look at, or help was asked for.
/// </param>
/// <param name="HelpText">What to print, when help was asked for; the exit code is 0.</param>
/// <param name="Mistakes">Everything that is wrong, one line each for stderr; the exit code is <see cref="ExitCodes.Mistake"/>.</param>
public sealed record CommandLineResult(ServerOptions? Options, string? HelpText, IReadOnlyList<string> Mistakes)
{
    /// <summary>Every option with its value and where it comes from.</summary>
    public IReadOnlyList<OptionValue> Values { get; init; } = [];

    /// <summary>Where each setting of <see cref="ServerOptions.Overrides"/> comes from: the command line, or a file's path.</summary>
    public IReadOnlyDictionary<string, string> SettingOrigins { get; init; } = new Dictionary<string, string>();
}

/// <summary>An option of the server as it counts.</summary>
/// <param name="Name">As it is written on the command line.</param>
/// <param name="Value">Its value, or what counts in place of one.</param>
/// <param name="Origin">Where it comes from: the command line, a file's path, or the default.</param>
public sealed record OptionValue(string Name, string Value, string Origin);
