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
