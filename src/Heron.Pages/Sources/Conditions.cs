// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Describe;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>What a person should feel about the states of topologies.</summary>
internal static class Conditions
{
    /// <summary>A topology's state as it is shown. One that runs and is paused shows that: somebody wished it.</summary>
    /// <param name="state">One of <see cref="TopologyWords"/>.</param>
    /// <param name="heronState">Heron's own word, or null.</param>
    /// <param name="reason">Why it is not running, or null.</param>
    public static Condition Of(string state, string? heronState, string? reason) => state switch
    {
        TopologyWords.Running when heronState == TopologyWords.Paused => new Condition(TopologyWords.Paused, Mood.Idle),
        TopologyWords.Running => new Condition(state, Mood.Good),
        TopologyWords.Killed => new Condition(state, Mood.Idle),
        TopologyWords.Starting => new Condition(state, Mood.Busy, reason),
        TopologyWords.Degraded => new Condition(state, Mood.Warning, reason),
        _ => new Condition(state, Mood.Bad, reason),
    };
}
