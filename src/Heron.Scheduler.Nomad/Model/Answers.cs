// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad.Model;

/// <summary>Nomad's answer to a registration: the job is stored, no more.</summary>
internal sealed record NomadRegistration(string? EvalID, long JobModifyIndex, string? Warnings);

/// <summary>A job in a list.</summary>
internal sealed record NomadJobStub
{
    public required string ID { get; init; }

    public string Name { get; init; } = "";

    public string Status { get; init; } = "";

    public bool Stop { get; init; }

    /// <summary>Only from Nomad 1.5 on, and null for a job without any.</summary>
    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    public NomadJobSummary? JobSummary { get; init; }
}

/// <summary>How many allocations of each group are in which state; may lag behind.</summary>
internal sealed record NomadJobSummary(IReadOnlyDictionary<string, NomadGroupSummary?>? Summary);

/// <summary>Counts of one group's allocations.</summary>
internal sealed record NomadGroupSummary(int Queued, int Starting, int Running, int Complete, int Failed, int Lost);

/// <summary>The part of a job that says whose it is; the rest, scripts and all, is skipped while reading.</summary>
internal sealed record NomadJobOwner(IReadOnlyDictionary<string, string>? Meta);

/// <summary>How Nomad's scheduler dealt with a registration.</summary>
internal sealed record NomadEvaluation
{
    public required string ID { get; init; }

    /// <summary><c>pending</c>, then <c>complete</c>, <c>failed</c> or <c>cancelled</c>; <c>blocked</c> ones wait for room.</summary>
    public string Status { get; init; } = "";

    public string? StatusDescription { get; init; }

    public long CreateIndex { get; init; }

    public IReadOnlyDictionary<string, NomadPlacementFailure?>? FailedTGAllocs { get; init; }
}

/// <summary>Why a group has no place.</summary>
internal sealed record NomadPlacementFailure
{
    /// <summary>Nodes by datacenter.</summary>
    public IReadOnlyDictionary<string, int>? NodesAvailable { get; init; }

    /// <summary>Nodes by the constraint that ruled them out.</summary>
    public IReadOnlyDictionary<string, int>? ConstraintFiltered { get; init; }

    public IReadOnlyDictionary<string, int>? ClassFiltered { get; init; }

    /// <summary>Nodes by the resource that was not enough.</summary>
    public IReadOnlyDictionary<string, int>? DimensionExhausted { get; init; }

    public IReadOnlyList<string>? QuotaExhausted { get; init; }
}

/// <summary>A placed copy of a job's group.</summary>
internal sealed record NomadAllocation
{
    public required string ID { get; init; }

    public string JobID { get; init; } = "";

    /// <summary>Which registration of the job it runs; the same for those that Nomad places anew by itself.</summary>
    public long JobVersion { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>complete</c>, <c>failed</c>, <c>lost</c>, from 1.3 on <c>unknown</c>.</summary>
    public string ClientStatus { get; init; } = "";

    /// <summary><c>run</c>, <c>stop</c> or <c>evict</c>.</summary>
    public string DesiredStatus { get; init; } = "";

    public string NodeID { get; init; } = "";

    public string NodeName { get; init; } = "";

    public long CreateIndex { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long CreateTime { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long ModifyTime { get; init; }

    public IReadOnlyDictionary<string, NomadTaskState?>? TaskStates { get; init; }

    /// <summary>Only in the answer about a single allocation.</summary>
    public NomadAllocatedResources? AllocatedResources { get; init; }

    /// <summary>The state of the task that is the container: the one that is named as the job is, or else the only one.</summary>
    public NomadTaskState? MainTask(string name) =>
        TaskStates?.GetValueOrDefault(name) ?? TaskStates?.FirstOrDefault(t => t.Key != NomadTask.CleanUp).Value;
}

/// <summary>What a task went through.</summary>
internal sealed record NomadTaskState
{
    /// <summary><c>pending</c>, <c>running</c> or <c>dead</c>.</summary>
    public string State { get; init; } = "";

    public bool Failed { get; init; }

    public int Restarts { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public IReadOnlyList<NomadTaskEvent?>? Events { get; init; }
}

/// <summary>One event; Nomad keeps the last ten.</summary>
internal sealed record NomadTaskEvent
{
    public const string Terminated = "Terminated";
    public const string Restarting = "Restarting";

    public string Type { get; init; } = "";

    /// <summary>Nanoseconds since 1970.</summary>
    public long Time { get; init; }

    public string? DisplayMessage { get; init; }

    public int ExitCode { get; init; }

    public int Signal { get; init; }

    public IReadOnlyDictionary<string, string?>? Details { get; init; }
}

/// <summary>What an allocation was given on its machine.</summary>
internal sealed record NomadAllocatedResources
{
    public NomadSharedResources? Shared { get; init; }

    public IReadOnlyDictionary<string, NomadTaskResources?>? Tasks { get; init; }

    /// <summary>All ports, wherever the job asks for them.</summary>
    public IEnumerable<NomadGivenPort> Ports =>
    [
        .. Tasks?.Values.SelectMany(t => t?.Networks ?? []).SelectMany(n => n?.Given ?? []) ?? [],
        .. Shared?.Networks?.SelectMany(n => n?.Given ?? []) ?? [],
        .. Shared?.Ports?.OfType<NomadGivenPort>() ?? [],
    ];
}

/// <summary>Of the group.</summary>
internal sealed record NomadSharedResources(IReadOnlyList<NomadGivenPort?>? Ports, IReadOnlyList<NomadGivenNetwork?>? Networks);

/// <summary>Of one task.</summary>
internal sealed record NomadTaskResources(IReadOnlyList<NomadGivenNetwork?>? Networks);

/// <summary>Ports on one address.</summary>
internal sealed record NomadGivenNetwork(string? IP, IReadOnlyList<NomadGivenPort?>? DynamicPorts)
{
    public IEnumerable<NomadGivenPort> Given => (DynamicPorts ?? []).OfType<NomadGivenPort>().Select(p => p with { HostIP = IP });
}

/// <summary>A port with its number.</summary>
internal sealed record NomadGivenPort(string? Label, int Value, string? HostIP);

/// <summary>An entry of a folder of an allocation.</summary>
internal sealed record NomadFile
{
    public string Name { get; init; } = "";

    public bool IsDir { get; init; }

    public long Size { get; init; }

    public string FileMode { get; init; } = "";

    public DateTimeOffset ModTime { get; init; }
}

/// <summary>One line of the stream of events.</summary>
internal sealed record NomadEventBatch(IReadOnlyList<NomadEvent?>? Events);

/// <summary>That something was written; the payload is not read.</summary>
internal sealed record NomadEvent
{
    public string Topic { get; init; } = "";

    /// <summary>The id of the job or allocation.</summary>
    public string Key { get; init; } = "";

    /// <summary>Of an allocation or evaluation: its job.</summary>
    public IReadOnlyList<string?>? FilterKeys { get; init; }
}

/// <summary>A machine that runs tasks.</summary>
internal sealed record NomadNode
{
    /// <summary>By default its host name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Host and port of its agent.</summary>
    public string HTTPAddr { get; init; } = "";

    public NomadNodeResources? NodeResources { get; init; }

    /// <summary>Its name and every address that Nomad gives tasks there.</summary>
    public IEnumerable<string> Addresses =>
    [
        Name,
        .. Uri.TryCreate("http://" + HTTPAddr, UriKind.Absolute, out var agent) ? [agent.DnsSafeHost] : Array.Empty<string>(),
        .. NodeResources?.Networks?.Select(n => n?.IP ?? "") ?? [],
    ];
}

/// <summary>What a machine has, as far as it matters here.</summary>
internal sealed record NomadNodeResources(IReadOnlyList<NomadNodeNetwork?>? Networks);

/// <summary>An address of a machine.</summary>
internal sealed record NomadNodeNetwork(string? IP);
