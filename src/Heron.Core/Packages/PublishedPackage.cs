namespace Heron.Core.Packages;

/// <summary>A package that nodes can fetch.</summary>
/// <param name="Uri">What the node's downloader is given.</param>
/// <param name="Sha256">Lower-case hexadecimal digest, or null for packages that another server stored.</param>
public sealed record PublishedPackage(string Uri, string? Sha256);
