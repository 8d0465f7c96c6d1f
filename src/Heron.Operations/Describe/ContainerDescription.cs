// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Operations.Describe;

/// <summary>One container: what the plan has of it, and how it is by the scheduler's knowledge.</summary>
/// <param name="Id">Its number; 0 is the topology manager's, which is in no plan.</param>
/// <param name="Instances">What runs in it.</param>
public sealed record ContainerDescription(int Id, IReadOnlyList<InstanceDescription> Instances)
{
    /// <summary>
    /// <c>PENDING</c>, <c>STARTING</c>, <c>RUNNING</c>, <c>FAILING</c>, <c>STOPPED</c>, <c>MISSING</c> or <c>LOST</c>; left out while
    /// the scheduler has told nothing.
    /// </summary>
    public string? State { get; init; }

    /// <summary>Why it does not run, in words; left out when it does.</summary>
    public string? Reason { get; init; }

    /// <summary>The machine that it runs on, or ran on last.</summary>
    public string? Node { get; init; }

    /// <summary>Since when it is in its state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How often it was started again since it was submitted or restarted on somebody's order.</summary>
    public int? Restarts { get; init; }

    /// <summary>How its last run ended.</summary>
    public ExitDescription? LastExit { get; init; }

    /// <summary>Its ports by label.</summary>
    public IReadOnlyDictionary<string, int>? Ports { get; init; }

    /// <summary>What the scheduler calls this run of it: an allocation's or a process's id.</summary>
    public string? Run { get; init; }

    /// <summary>The scheduler's own page of it.</summary>
    public string? Page { get; init; }

    /// <summary>What its instances and its own processes take; left out where the plan does not say.</summary>
    public ResourceDescription? Required { get; init; }

    /// <summary>What the scheduler was asked for; left out where the plan does not say, as after an update.</summary>
    public ResourceDescription? Scheduled { get; init; }
}

/// <summary>How a run of a container ended.</summary>
/// <param name="Words">In a few words: <c>status 72: the topology package cannot be fetched</c>.</param>
/// <param name="OutOfMemory">Whether it took more memory than it may.</param>
public sealed record ExitDescription(string Words, bool OutOfMemory)
{
    /// <summary>The exit status; left out when a signal ended it.</summary>
    public int? Status { get; init; }

    /// <summary>The number of the signal that ended it.</summary>
    public int? Signal { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }

    internal static ExitDescription? Of(ContainerExit? exit) => exit is null
        ? null
        : new ExitDescription(exit.ToWords(), exit.IsOutOfMemory) { Status = exit.Status, Signal = exit.Signal, At = exit.At };
}

/// <summary>Resources.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="Ram">Bytes.</param>
/// <param name="Disk">Bytes.</param>
public sealed record ResourceDescription(double Cpu, long Ram, long Disk)
{
    internal static ResourceDescription? Of(Core.Protobuf.Resource? resource) =>
        resource is null ? null : new(resource.Cpu, resource.Ram, resource.Disk);
}

/// <summary>One instance.</summary>
/// <param name="Component">Whose instance.</param>
/// <param name="Task">Unique in the topology.</param>
/// <param name="Index">Counts from 0 within the component.</param>
public sealed record InstanceDescription(string Component, int Task, int Index)
{
    /// <summary>The name that the topology manager gave it; left out while it has none.</summary>
    public string? Id { get; init; }
}
