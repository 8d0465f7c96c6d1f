namespace Heron.ApiServer.Logging;

/// <summary>How the server logs.</summary>
/// <param name="Verbose">Debug lines too: <c>--verbose</c>.</param>
/// <param name="AsJson">JSON instead of text: <c>--log-format json</c>.</param>
/// <param name="File">The file to log to instead of stdout, or null: <c>--log-file</c>.</param>
public sealed record LogSettings(bool Verbose = false, bool AsJson = false, string? File = null);
