// SPDX-License-Identifier: Apache-2.0
namespace Heron.Packages.Store;

/// <summary>What the store knows of a package.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal digest; null for a file of another server that was not read yet.</param>
/// <param name="Stored">When it came.</param>
/// <param name="By">Who brought it, as far as that is known.</param>
/// <param name="TopologyId">Whose package it is, when this server made it.</param>
/// <param name="Instance">The server process that published it, if one of ours did.</param>
public sealed record StoredPackage(
    StoredName Name, long Length, string? Sha256, DateTimeOffset Stored, string? By, string? TopologyId, string? Instance)
{
    /// <summary>Whether only a signed address opens it; see <see cref="DownloadKeys"/>.</summary>
    public bool IsSigned { get; init; }

    /// <summary>The state that tells of its topology; see <see cref="StoreSettings.Place"/>.</summary>
    public string? Place { get; init; }
}

/// <summary>What is to be published, complete and flushed to the disk.</summary>
/// <param name="Path">Where it is for now, on the store's disk; it is moved away.</param>
/// <param name="Sha256">Lower-case hexadecimal digest.</param>
/// <param name="Length">Bytes.</param>
public sealed record NewPackage(string Path, string Sha256, long Length)
{
    /// <summary>What the client calls it; only a well-known ending of it matters.</summary>
    public string? ClientName { get; init; }

    /// <summary>Whose package it is, if that is known.</summary>
    public string? TopologyId { get; init; }

    /// <summary>Who brings it, if that is known.</summary>
    public string? By { get; init; }

    /// <summary>Whether it is told under a signed address.</summary>
    public bool IsSigned { get; init; }
}
