// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Describe;
using Heron.Pages.Text;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Says what is wrong with a topology, worst first, in words.</summary>
internal static class Diagnosis
{
    private const double MuchPressure = 0.2;
    private const double SomePressure = 0.05;
    private const double FullCapacity = 0.9;
    private const double ManyFailures = 0.01;
    private const int NamedContainers = 8;

    /// <summary>Everything that is wrong.</summary>
    public static IReadOnlyList<Trouble> Of(TopologyView view, TopologyDescription about)
    {
        List<Trouble> troubles = [];
        if (about.SchedulerStale is { } away)
        {
            troubles.Add(new Trouble(
                Mood.Unknown,
                "The scheduler is not answering",
                $"{away.Reason}. Containers are shown as they were at {Shown.Moment(away.Since)}."));
        }

        if (about.Stale is { } behind)
        {
            troubles.Add(new Trouble(
                Mood.Unknown,
                "The state store is not answering",
                $"{behind.Reason}. The topology is shown as it was at {Shown.Moment(behind.Since)}."));
        }

        troubles.AddRange((about.Damage ?? []).Select(damage => new Trouble(Mood.Bad, "Its state is damaged", damage + ". Kill it to clean up.")));

        troubles.AddRange(OfContainers(view));
        troubles.AddRange(view.Components.SelectMany(c => OfComponent(view.Name, c)));
        return [.. troubles.OrderByDescending(t => t.Mood == Mood.Unknown ? Mood.Warning : t.Mood)];
    }

    // Many containers ail of the same thing: a sentence for each would bury the others.
    private static IEnumerable<Trouble> OfContainers(TopologyView view) => view.Containers
        .Where(c => c.Condition.Mood is Mood.Warning or Mood.Bad)

        // The new containers of an update run before the plan has them; its steps say so.
        .Where(c => view.Steps.Count == 0 || c.Condition.Word != "RUNNING")
        .GroupBy(c => (c.Condition.Word, c.Condition.Mood, c.Condition.Why))
        .Select(g => new Trouble(
            g.Key.Mood,
            $"{Names([.. g.Select(c => c.Id)])} {(g.Count() == 1 ? "is" : "are")} {g.Key.Word.ToLowerInvariant()}",
            g.Key.Why,
            PageUrls.Container(view.Name, g.First().Id)));

    private static IEnumerable<Trouble> OfComponent(string name, ComponentView component)
    {
        if (component.Figures is not { } figures)
        {
            yield break;
        }

        var link = $"{PageUrls.Tab(name, "figures")}?component={Uri.EscapeDataString(component.Name)}";
        if (figures.BackPressure is >= SomePressure and var pressure)
        {
            yield return new Trouble(
                pressure >= MuchPressure ? Mood.Bad : Mood.Warning,
                $"{component.Name} holds the others up",
                $"In {Shown.Percent(pressure)} of the last ten minutes an instance of it could not keep up and the spouts had to wait. "
                + "Give it more instances, or make its work shorter.",
                link);
        }
        else if (figures.Capacity is >= FullCapacity and var capacity)
        {
            yield return new Trouble(
                Mood.Warning,
                $"{component.Name} is about as busy as it can be",
                $"Its busiest instance was executing in {Shown.Percent(capacity)} of the last ten minutes.",
                link);
        }

        if (figures is { Failed: > 0 and var failed } && failed / (failed + (figures.Acked ?? 0)) is >= ManyFailures and var share)
        {
            yield return new Trouble(
                Mood.Warning, $"{component.Name} fails tuples", $"{Shown.Percent(share)} of them: {Shown.Rate(failed)}.", link);
        }
    }

    private static string Names(IReadOnlyList<int> ids) => ids switch
    {
        [0] => "The topology manager's container",
        [var only] => $"Container {only}",
        _ when ids.Count <= NamedContainers => $"Containers {string.Join(", ", ids.SkipLast(1))} and {ids[^1]}",
        _ => $"{ids.Count} containers ({string.Join(", ", ids.Take(NamedContainers))}, …)",
    };
}
