// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Placement;

/// <summary>What Nomad writes down about a task, in plain words.</summary>
internal static class AllocationText
{
    private static readonly string[] Failures =
    [
        "Failed Validation", "Driver Failure", "Setup Failure", "Failed Artifact Download", "Killing", NomadTaskEvent.Terminated,
    ];

    /// <summary>Why a task failed, from its last event that says so; null when none does.</summary>
    public static string? Failure(NomadTaskState? task)
    {
        var last = (task?.Events ?? []).OfType<NomadTaskEvent>().LastOrDefault(e => Failures.Contains(e.Type));
        return last switch
        {
            null => null,
            { Type: NomadTaskEvent.Terminated } => "it ended with " + Exit(last).ToWords(),
            _ => $"its task failed: {NomadErrorText.Innermost(last.DisplayMessage ?? last.Type)}",
        };
    }

    /// <summary>How a task ended last; null when it did not.</summary>
    public static ContainerExit? LastExit(NomadTaskState? task) =>
        (task?.Events ?? []).OfType<NomadTaskEvent>().LastOrDefault(e => e.Type == NomadTaskEvent.Terminated) is { } ended
            ? Exit(ended)
            : null;

    /// <summary>A moment in nanoseconds since 1970; null for none.</summary>
    public static DateTimeOffset? Moment(long nanoseconds) =>
        nanoseconds <= 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);

    private static ContainerExit Exit(NomadTaskEvent ended) => new(
        ended.Signal == 0 ? ended.ExitCode : null,
        ended.Signal == 0 ? null : ended.Signal,
        ended.Details?.GetValueOrDefault("oom_killed") == "true",
        Moment(ended.Time));
}
