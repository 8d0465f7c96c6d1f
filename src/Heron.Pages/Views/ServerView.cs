// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>The server itself.</summary>
public sealed record ServerView
{
    /// <summary>When it started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>What it answers to <c>version</c>.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Versions { get; init; }

    /// <summary>What it needs, and whether that answers.</summary>
    public required IReadOnlyList<PartHealth> Parts { get; init; }

    /// <summary>Its settings by key.</summary>
    public required IReadOnlyList<SettingView> Settings { get; init; }

    /// <summary>The packages that it keeps.</summary>
    public required PackageListing Packages { get; init; }

    /// <summary>Memory that its heap takes, in bytes.</summary>
    public required long Heap { get; init; }

    /// <summary>Memory that the process takes, in bytes.</summary>
    public required long WorkingSet { get; init; }
}

/// <summary>Something that the server needs.</summary>
/// <param name="Name">What.</param>
/// <param name="Kind">Which kind of it.</param>
/// <param name="Condition">Whether it answers.</param>
public sealed record PartHealth(string Name, string Kind, Condition Condition);

/// <summary>The packages that the server keeps.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">What they take on the disk.</param>
/// <param name="Lines">The largest of them.</param>
public sealed record PackageListing(int Count, long Bytes, IReadOnlyList<PackageLine> Lines);

/// <summary>A package that the server keeps.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Stored">When it came.</param>
public sealed record PackageLine(string Name, long Length, DateTimeOffset Stored)
{
    /// <summary>Who brought it, or null.</summary>
    public string? By { get; init; }

    /// <summary>The topology that needs it, or null.</summary>
    public string? Topology { get; init; }

    /// <summary>Why no topology can be named, in words; null when one is.</summary>
    public string? Unheld { get; init; }
}
