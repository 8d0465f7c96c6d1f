namespace Heron.Operations;

/// <summary>The cluster that this server serves.</summary>
/// <param name="Name">What submissions must name.</param>
/// <param name="CorePackagePath">The heron-core package that the server itself serves to containers; null when it serves none.</param>
public sealed record ServedCluster(string Name, string? CorePackagePath);
