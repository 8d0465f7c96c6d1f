// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Operations.History;
using Heron.Pages.Text;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Makes what has happened ready to be shown.</summary>
internal sealed class HistorySource(EventLog log)
{
    private const int Many = 200;
    private const int Few = 5;

    /// <summary>The newest events of a topology, newest first.</summary>
    public IReadOnlyList<EventView> Of(string name, bool few) =>
        [.. log.Read(new EventQuery { Name = name, Limit = few ? Few : Many }).Events.Select(e => View(e, withName: false))];

    /// <summary>The newest events of all topologies, newest first.</summary>
    public IReadOnlyList<EventView> All() => [.. log.Read(new EventQuery { Limit = Many }).Events.Select(e => View(e, withName: true))];

    private static EventView View(TopologyEvent happened, bool withName) => new(
        happened.At,
        happened.Kind.ToUpperInvariant().Replace('_', ' '),
        MoodOf(happened),
        withName ? $"{happened.Topology}: {happened.Text}" : happened.Text)
    {
        By = happened switch
        {
            { User: { } user, Address: { } address } => $"{user} at {address}",
            _ => happened.Address,
        },
        Detail = Detail(happened),
    };

    private static string? Detail(TopologyEvent happened)
    {
        string?[] parts =
        [
            happened.Failure,
            .. happened.Warnings ?? [],
            happened.TookMs is { } ms ? "took " + Shown.Milliseconds(ms) : null,
            happened.Restarts is > 0 && happened.Kind == EventKind.Exited
                ? string.Create(CultureInfo.InvariantCulture, $"restarted {happened.Restarts} times by then") : null,
            happened.RequestId is { } id ? "request " + id : null,
        ];
        var text = string.Join(" · ", parts.OfType<string>());
        return text.Length == 0 ? null : text;
    }

    private static Mood MoodOf(TopologyEvent happened) => happened.Kind switch
    {
        EventKind.Exited or EventKind.Lost or EventKind.Missing => Mood.Bad,
        EventKind.NotPlaced => Mood.Warning,
        _ when happened.Failure is not null => Mood.Bad,
        _ when happened.Warnings is not null => Mood.Warning,
        EventKind.Paused or EventKind.Killed => Mood.Idle,
        _ => Mood.Good,
    };
}
