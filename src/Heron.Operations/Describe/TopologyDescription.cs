// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Exclusion;

namespace Heron.Operations.Describe;

/// <summary>All that is known of one topology.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Name and UUID, made at submit; prefix of its jobs' ids in Nomad.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted; may be empty.</param>
/// <param name="User">Who submitted it.</param>
/// <param name="Submitted">When, in seconds since 1970.</param>
/// <param name="State"><c>RUNNING</c>, <c>STARTING</c>, <c>DEGRADED</c>, <c>FAILING</c>, <c>DAMAGED</c>, <c>LOST</c> or <c>KILLED</c>.</param>
/// <param name="Release">The release of the server that took the submission.</param>
/// <param name="Containers">All that are planned or there, by number; 0 is the topology manager's.</param>
public sealed record TopologyDescription(
    string Name,
    string Id,
    string Cluster,
    string Role,
    string Environment,
    string User,
    long Submitted,
    string State,
    ReleaseDescription Release,
    IReadOnlyList<ContainerDescription> Containers)
{
    /// <summary>Heron's own word, <c>RUNNING</c> or <c>PAUSED</c>, as the topology manager says; left out before it does.</summary>
    public string? HeronState { get; init; }

    /// <summary>Why the state is not <c>RUNNING</c>, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>Pages of the scheduler that show the containers.</summary>
    public IReadOnlyList<string> SchedulerPages { get; init; } = [];

    /// <summary>Where the topology manager is reached; left out when it is not registered.</summary>
    public ManagerDescription? Manager { get; init; }

    /// <summary>Containers that run under its name though the state knows nothing of them; left out when there are none.</summary>
    public IReadOnlyList<LostDescription>? Lost { get; init; }

    /// <summary>What is being done with the topology, by whom and since when; left out when nothing is.</summary>
    public string? Busy { get; init; }

    /// <summary>How far that is, step by step; left out when it tells none.</summary>
    public IReadOnlyList<StepDescription>? Steps { get; init; }

    /// <summary>What of its state is damaged, a sentence for each node; left out when nothing is.</summary>
    public IReadOnlyList<string>? Damage { get; init; }

    /// <summary>Since when the state may have changed without showing here; left out while it cannot.</summary>
    public StaleDescription? Stale { get; init; }

    /// <summary>Since when containers may have changed without showing here; left out while they cannot.</summary>
    public StaleDescription? SchedulerStale { get; init; }
}

/// <summary>A step of what is being done.</summary>
/// <param name="Text">In words.</param>
/// <param name="State"><c>DONE</c>, <c>RUNNING</c> or <c>WAITING</c>.</param>
/// <param name="Since">Since when it is done or runs; left out while it waits.</param>
public sealed record StepDescription(string Text, string State, DateTimeOffset? Since)
{
    internal static IReadOnlyList<StepDescription>? Of(IReadOnlyList<OperationStep>? steps) => steps is not { Count: > 0 } ? null :
    [
        .. steps.Select(step => new StepDescription(
            step.Text, step.Ended is not null ? "DONE" : step.Begun is not null ? "RUNNING" : "WAITING", step.Ended ?? step.Begun)),
    ];
}

/// <summary>A release of Heron.</summary>
/// <param name="Version">For example <c>0.20.5-incubating</c>.</param>
/// <param name="User">Who built it.</param>
public sealed record ReleaseDescription(string Version, string User);

/// <summary>Where a topology manager is.</summary>
/// <param name="Host">As it published it.</param>
/// <param name="ControllerPort">HTTP: activate, deactivate, settings.</param>
/// <param name="StatsPort">HTTP: metrics.</param>
public sealed record ManagerDescription(string Host, int ControllerPort, int StatsPort);
