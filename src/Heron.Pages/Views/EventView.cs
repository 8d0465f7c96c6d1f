// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">A word: <c>SUBMITTED</c>.</param>
/// <param name="Mood">How it feels.</param>
/// <param name="Text">In words.</param>
public sealed record EventView(DateTimeOffset At, string Kind, Mood Mood, string Text)
{
    /// <summary>Who did it, or null when nobody did.</summary>
    public string? By { get; init; }

    /// <summary>More of it, or null.</summary>
    public string? Detail { get; init; }
}

/// <summary>A setting.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value, secrets masked.</param>
public sealed record SettingView(string Key, string Value)
{
    /// <summary>Where it comes from: template, command line, default; null when that is not known.</summary>
    public string? Origin { get; init; }
}

/// <summary>Settings that belong together.</summary>
/// <param name="Title">Whose they are.</param>
/// <param name="Settings">By key.</param>
public sealed record SettingGroup(string Title, IReadOnlyList<SettingView> Settings);

/// <summary>An exception that instances reported.</summary>
/// <param name="Component">Whose instance.</param>
/// <param name="Instance">Which.</param>
/// <param name="Count">How often.</param>
/// <param name="First">When first, as it was reported.</param>
/// <param name="Last">When last, as it was reported.</param>
/// <param name="Trace">The stack trace.</param>
/// <param name="Logging">What was said beside it; may be empty.</param>
public sealed record ExceptionView(
    string Component, string Instance, int Count, string First, string Last, string Trace, string Logging);

/// <summary>A plot of one measure over time.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Unit">In what.</param>
/// <param name="Minutes">The minutes, oldest first.</param>
/// <param name="Lines">One line for each component or instance.</param>
public sealed record PlotView(
    string Title, string Unit, IReadOnlyList<DateTimeOffset> Minutes, IReadOnlyList<PlotLine> Lines);

/// <summary>A line of a plot.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Values">One for each minute; null where none was reported.</param>
public sealed record PlotLine(string Name, IReadOnlyList<double?> Values);
