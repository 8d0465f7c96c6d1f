// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Heron.Scheduler.Nomad.Model;

/// <summary>The body of a registration.</summary>
/// <param name="Job">The job.</param>
/// <param name="EnforceIndex">Whether Nomad compares <paramref name="JobModifyIndex"/> first.</param>
/// <param name="JobModifyIndex">As read before; 0 for a job that must not exist.</param>
internal sealed record NomadRegisterRequest(JsonObject Job, bool EnforceIndex, long JobModifyIndex);

/// <summary>A job as it is registered; fields that are null are not sent, so Nomad's defaults hold.</summary>
internal sealed record NomadJob
{
    public string? Region { get; init; }

    public string? Namespace { get; init; }

    public required string ID { get; init; }

    public required string Name { get; init; }

    public int? Priority { get; init; }

    public required IReadOnlyList<string> Datacenters { get; init; }

    public string? NodePool { get; init; }

    public required IReadOnlyList<NomadTaskGroup> TaskGroups { get; init; }

    public required IReadOnlyDictionary<string, string> Meta { get; init; }
}

/// <summary>The one group of a job, with one task.</summary>
internal sealed record NomadTaskGroup
{
    public required string Name { get; init; }

    public int Count { get; init; } = 1;

    public required IReadOnlyList<NomadTask> Tasks { get; init; }

    public required NomadRestartPolicy RestartPolicy { get; init; }

    public required NomadReschedulePolicy ReschedulePolicy { get; init; }

    public NomadEphemeralDisk? EphemeralDisk { get; init; }

    public IReadOnlyList<NomadNetwork>? Networks { get; init; }
}

/// <summary>Disk that the group reserves on the node.</summary>
internal sealed record NomadEphemeralDisk(int SizeMB);

/// <summary>What happens on the node when a task ends; times in nanoseconds.</summary>
internal sealed record NomadRestartPolicy(int Attempts, long Interval, long Delay, string Mode);

/// <summary>When a lost or failed container is placed anew; times in nanoseconds.</summary>
internal sealed record NomadReschedulePolicy(bool Unlimited, long Delay, string DelayFunction, long MaxDelay);

/// <summary>The ports that Nomad chooses for a task.</summary>
internal sealed record NomadNetwork(IReadOnlyList<NomadPort> DynamicPorts);

/// <summary>A port by its label: letters, digits and <c>_</c> only, or its variable cannot be read in a shell.</summary>
internal sealed record NomadPort(string Label);

/// <summary>The task: the start script, or the docker image, of one container.</summary>
internal sealed record NomadTask
{
    /// <summary>The name of the task that cleans up; a container's ends with its number.</summary>
    public const string CleanUp = "clean-up";

    public required string Name { get; init; }

    public required string Driver { get; init; }

    public required NomadTaskConfig Config { get; init; }

    /// <summary>Null for the task that is the container.</summary>
    public NomadLifecycle? Lifecycle { get; init; }

    public required IReadOnlyDictionary<string, string> Env { get; init; }

    public IReadOnlyList<NomadService>? Services { get; init; }

    public required NomadResources Resources { get; init; }

    /// <summary>Nanoseconds.</summary>
    public long? KillTimeout { get; init; }

    public IReadOnlyList<NomadTemplate>? Templates { get; init; }
}

/// <summary>What the driver is given; raw_exec refuses keys that it does not know.</summary>
internal sealed record NomadTaskConfig
{
    [JsonPropertyName("image")]
    public string? Image { get; init; }

    [JsonPropertyName("network_mode")]
    public string? NetworkMode { get; init; }

    [JsonPropertyName("command")]
    public required string Command { get; init; }

    [JsonPropertyName("args")]
    public required IReadOnlyList<string> Args { get; init; }
}

/// <summary>When a task runs beside the main one; from Nomad 1.0 on <c>poststop</c>, once that has ended for good.</summary>
internal sealed record NomadLifecycle(string Hook);

/// <summary>A file in the task's folder.</summary>
internal sealed record NomadTemplate
{
    public required string EmbeddedTmpl { get; init; }

    /// <summary>Relative to the task's folder.</summary>
    public required string DestPath { get; init; }

    /// <summary>Begins an action of Nomad's template language; chosen so that the text has none.</summary>
    public required string LeftDelim { get; init; }

    public required string RightDelim { get; init; }
}

/// <summary>What the task takes; disk belongs to the group.</summary>
internal sealed record NomadResources
{
    /// <summary>MHz.</summary>
    public required int CPU { get; init; }

    public required int MemoryMB { get; init; }

    public IReadOnlyList<NomadNetwork>? Networks { get; init; }
}

/// <summary>A port registered in Consul, or in Nomad itself.</summary>
internal sealed record NomadService
{
    public required string Name { get; init; }

    public required string PortLabel { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<NomadServiceCheck> Checks { get; init; }

    public string? Provider { get; init; }
}

/// <summary>A check of a service; times in nanoseconds.</summary>
internal sealed record NomadServiceCheck(string Type, string PortLabel, long Interval, long Timeout);
