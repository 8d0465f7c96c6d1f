// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packages;

/// <summary>A finished <c>topology.tar.gz</c> on the server's disk.</summary>
/// <param name="Path">Where it is; the uploader may move it away, so nobody else uses it afterwards.</param>
/// <param name="Sha256">Lower-case hexadecimal digest of its bytes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="TopologyName">Whose package.</param>
/// <param name="TopologyId">Whose package, exactly.</param>
public sealed record TopologyPackage(string Path, string Sha256, long Length, string TopologyName, string TopologyId)
{
    /// <summary>The role that owns the topology; upload folders may be divided by it.</summary>
    public string Role { get; init; } = string.Empty;

    /// <summary>The topology's environment; may be empty.</summary>
    public string Environment { get; init; } = string.Empty;
}

/// <summary>A package that nodes can fetch.</summary>
/// <param name="Uri">What the node's downloader is given.</param>
/// <param name="Sha256">Lower-case hexadecimal digest, or null for packages that another server stored.</param>
public sealed record PublishedPackage(string Uri, string? Sha256);
