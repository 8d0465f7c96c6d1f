namespace Heron.Operations.Deploying;

/// <summary>A file of the form.</summary>
/// <param name="Path">Where it is now; the name is ours.</param>
/// <param name="ClientName">What the client calls it; never a path.</param>
/// <param name="Length">Bytes.</param>
public sealed record SubmittedFile(string Path, string? ClientName, long Length);
