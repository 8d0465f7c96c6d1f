namespace Heron.ApiServer.CommandLine;

/// <summary>What came out of reading the command line; exactly one of the three is there.</summary>
/// <param name="Options">What to run with.</param>
/// <param name="HelpText">What to print, when help was asked for; the exit code is 0.</param>
/// <param name="Mistakes">Everything that is wrong, one line each for stderr; the exit code is <see cref="ExitCodes.Mistake"/>.</param>
public sealed record CommandLineResult(ServerOptions? Options, string? HelpText, IReadOnlyList<string> Mistakes);
