// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>One topology in the list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Name and UUID.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted; may be empty.</param>
/// <param name="Owner">Who submitted it.</param>
/// <param name="Submitted">When.</param>
/// <param name="Condition">How it is.</param>
public sealed record TopologyLine(
    string Name,
    string Id,
    string Cluster,
    string Role,
    string Environment,
    string Owner,
    DateTimeOffset? Submitted,
    Condition Condition)
{
    /// <summary>How many containers are up; null when nobody says.</summary>
    public int? Up { get; init; }

    /// <summary>How many containers there should be; null when nobody says.</summary>
    public int? Wanted { get; init; }

    /// <summary>Tuples a second, newest last; empty while none is known.</summary>
    public IReadOnlyList<double> Rates { get; init; } = [];

    /// <summary>Whether only the scheduler knows of it: then it may have the name of another.</summary>
    public bool IsLost { get; init; }

    /// <summary>What tells it from all other lines.</summary>
    public string Key => IsLost ? Id : Name;

    /// <summary>The address of its page.</summary>
    public string Url => PageUrls.Topology(Name);
}
