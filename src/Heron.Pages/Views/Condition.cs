// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>How something is, in a word, in colour, and in words.</summary>
/// <param name="Word">The word: <c>RUNNING</c>.</param>
/// <param name="Mood">What a person should feel about it.</param>
/// <param name="Why">A sentence, or null when there is nothing to explain.</param>
public sealed record Condition(string Word, Mood Mood, string? Why = null);

/// <summary>What a person should feel about a state; every one has its own colour and its own sign.</summary>
public enum Mood
{
    /// <summary>All is well.</summary>
    Good,

    /// <summary>On its way.</summary>
    Busy,

    /// <summary>At rest, as somebody wished.</summary>
    Idle,

    /// <summary>Works, but not wholly.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Bad,

    /// <summary>Nobody can say.</summary>
    Unknown,
}
