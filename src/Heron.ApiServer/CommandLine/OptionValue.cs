namespace Heron.ApiServer.CommandLine;

/// <summary>An option of the server as it counts.</summary>
/// <param name="Name">As it is written on the command line.</param>
/// <param name="Value">Its value, or what counts in place of one.</param>
/// <param name="Origin">Where it comes from: the command line, a file's path, or the default.</param>
public sealed record OptionValue(string Name, string Value, string Origin);
