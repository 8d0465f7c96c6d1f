namespace Heron.ApiServer.Files;

/// <summary>What the store knows about a file beside its bytes; kept as JSON in the folder <c>.meta</c>.</summary>
/// <param name="Sha256">Lower-case hexadecimal digest, computed while the bytes were written.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Stored">When it was published.</param>
/// <param name="Instance">The server process that published it; tells an unfinished publication from an orphan.</param>
/// <param name="TopologyId">Whose package, when this server made it.</param>
public sealed record PackageMetadata(string Sha256, long Length, DateTimeOffset Stored, string Instance, string? TopologyId);
