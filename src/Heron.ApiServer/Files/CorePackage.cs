namespace Heron.ApiServer.Files;

/// <summary>The heron-core package that this server serves.</summary>
/// <param name="Path">From <c>--heron-core-package-path</c>; null when it serves none.</param>
public sealed record CorePackage(string? Path);
