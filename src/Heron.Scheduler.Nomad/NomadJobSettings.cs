// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Jobs;

namespace Heron.Scheduler.Nomad;

/// <summary>What the jobs of one submission are like: the template's settings with those of the submission on top.</summary>
internal sealed record NomadJobSettings
{
    /// <summary>The driver that runs Heron directly on the node.</summary>
    public const string RawExec = "raw_exec";

    /// <summary>The driver that runs Heron in an image.</summary>
    public const string Docker = "docker";

    /// <summary><see cref="RawExec"/> or <see cref="Docker"/>.</summary>
    public required string Driver { get; init; }

    /// <summary>The image of the docker driver.</summary>
    public required string DockerImage { get; init; }

    /// <summary>The network mode of the docker driver.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>Where containers may run.</summary>
    public required IReadOnlyList<string> Datacenters { get; init; }

    /// <summary>1 to 100, or null for Nomad's default.</summary>
    public int? Priority { get; init; }

    /// <summary>Node pool, or null.</summary>
    public string? NodePool { get; init; }

    /// <summary>MHz of one core.</summary>
    public required double CoreFrequency { get; init; }

    /// <summary>Whether ports are asked for at the group; else at the task.</summary>
    public bool PortsAtGroup { get; init; }

    /// <summary>Megabytes of disk to reserve, or null for Nomad's default.</summary>
    public int? DiskMegabytes { get; init; }

    /// <summary>Whether the disk that the plan says is reserved.</summary>
    public bool ReservesPlannedDisk { get; init; }

    /// <summary>Whether a task cleans up behind the container.</summary>
    public bool CleansUp { get; init; }

    /// <summary>Folder on the node, above the containers' own.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Starts within <see cref="RestartInterval"/>.</summary>
    public required int RestartAttempts { get; init; }

    /// <summary>In which starts are counted.</summary>
    public required TimeSpan RestartInterval { get; init; }

    /// <summary>Pause before a start.</summary>
    public required TimeSpan RestartDelay { get; init; }

    /// <summary><c>delay</c> or <c>fail</c>.</summary>
    public required string RestartMode { get; init; }

    /// <summary>Pause before the first new placement.</summary>
    public required TimeSpan RescheduleDelay { get; init; }

    /// <summary>The longest pause before a new placement.</summary>
    public required TimeSpan RescheduleMaxDelay { get; init; }

    /// <summary>What a container has to end by itself.</summary>
    public required TimeSpan KillTimeout { get; init; }

    /// <summary>Whether placements are looked at.</summary>
    public required PlacementPolicy Placement { get; init; }

    /// <summary>How long placements are waited for.</summary>
    public required TimeSpan PlacementWait { get; init; }

    /// <summary>Whether the metrics port becomes a service.</summary>
    public bool RegisterMetricsService { get; init; }

    /// <summary>Between two checks.</summary>
    public required TimeSpan MetricsCheckInterval { get; init; }

    /// <summary>Until a check fails.</summary>
    public required TimeSpan MetricsCheckTimeout { get; init; }

    /// <summary>Tags besides the container's own.</summary>
    public required IReadOnlyList<string> MetricsTags { get; init; }

    /// <summary><c>consul</c>, <c>nomad</c> or null.</summary>
    public string? MetricsProvider { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: a value cannot be used; the message names its key.</exception>
    public static NomadJobSettings From(HeronConfig config)
    {
        var read = new NomadSettingReader(config);
        var settings = Read(read);
        read.ThrowIfWrong();
        return settings;
    }

    public static NomadJobSettings Read(NomadSettingReader read)
    {
        var settings = new NomadJobSettings
        {
            Driver = read.OneOf(NomadKeys.Driver, Docker, RawExec) ?? Docker,
            DockerImage = read.Plain(NomadKeys.DockerImage, "apache/heron:latest"),
            NetworkMode = read.Plain(NomadKeys.NetworkMode, "default"),
            Datacenters = read.List(NomadKeys.Datacenters) is { Count: > 0 } given ? given : ["dc1"],
            Priority = read.Text(NomadKeys.Priority) is null ? null : read.Number(NomadKeys.Priority, 50, 1, 32_766),
            NodePool = read.Text(NomadKeys.NodePool),
            CoreFrequency = read.Positive(NomadKeys.CoreFreqMapping, 1000, 1_000_000),
            PortsAtGroup = read.OneOf(NomadKeys.PortShape, "task", "group") == "group",
            DiskMegabytes = IsPlan(read.Text(NomadKeys.EphemeralDisk)) || read.Text(NomadKeys.EphemeralDisk) is null
                ? null
                : read.Number(NomadKeys.EphemeralDisk, 0, 101, int.MaxValue),
            ReservesPlannedDisk = IsPlan(read.Text(NomadKeys.EphemeralDisk)),
            CleansUp = read.OneOf(NomadKeys.CleanUp, "task", "none") != "none",
            WorkingDirectory = ReadWorkingDirectory(read),
            RestartAttempts = read.Number(NomadKeys.RestartAttempts, 10, 0, 10_000),
            RestartInterval = read.Seconds(NomadKeys.RestartInterval, 300, 5),
            RestartDelay = read.Seconds(NomadKeys.RestartDelay, 10, 0),
            RestartMode = read.OneOf(NomadKeys.RestartMode, "delay", "fail") ?? "delay",
            RescheduleDelay = read.Seconds(NomadKeys.RescheduleDelay, 30, 5),
            RescheduleMaxDelay = read.Seconds(NomadKeys.RescheduleMaxDelay, 120, 5),
            KillTimeout = read.Seconds(NomadKeys.KillTimeout, 30, 0),
            Placement = read.Choice<PlacementPolicy>(NomadKeys.Placement, PlacementPolicy.Warn),
            PlacementWait = read.Seconds(NomadKeys.PlacementWait, 10, 0, NomadConnectionSettings.LongestPlacementWait),
            RegisterMetricsService = read.Flag(NomadKeys.MetricsServiceRegister),
            MetricsCheckInterval = read.Seconds(NomadKeys.MetricsServiceCheckInterval, 10, 1),
            MetricsCheckTimeout = read.Seconds(NomadKeys.MetricsServiceCheckTimeout, 2, 1),
            MetricsTags = read.List(NomadKeys.MetricsServiceTags),
            MetricsProvider = read.OneOf(NomadKeys.MetricsServiceProvider, "consul", "nomad"),
        };
        return settings.RestartAttempts * settings.RestartDelay <= settings.RestartInterval
            ? settings
            : read.Reject(
                $"{NomadKeys.RestartAttempts} starts with {NomadKeys.RestartDelay} between them do not fit into {NomadKeys.RestartInterval}",
                settings);
    }

    /// <summary>A value that Nomad would not interpolate.</summary>
    public static string Plain(string key, string value) => value.Contains("${", StringComparison.Ordinal)
        ? throw new HeronException(
            FaultKind.Invalid, $"the setting {key} is '{value}': Nomad would replace ${{...}} on the node, write the value itself")
        : value;

    private static bool IsPlan(string? text) => string.Equals(text, "plan", StringComparison.OrdinalIgnoreCase);

    private static string ReadWorkingDirectory(NomadSettingReader read)
    {
        if (read.Text(NomadKeys.WorkingDirectory) is null)
        {
            return read.Reject($"the setting {NomadKeys.WorkingDirectory} is missing: the folder on the node for containers", "/");
        }

        // What only the node knows stands at the beginning: the home there, or the folder of the allocation.
        var text = StartScript.OnNode(read.Text(NomadKeys.WorkingDirectory)!);
        var begin = text.StartsWith(StartScript.NodeHome + "/", StringComparison.Ordinal) ? StartScript.NodeHome
            : AllocationFolder.Has(text) ? text[..text.IndexOf('/', StringComparison.Ordinal)]
            : "";
        var folder = read.Plain(NomadKeys.WorkingDirectory, text[begin.Length..], "/");
        return folder.StartsWith('/') && !folder.Split('/').Contains("..")
            ? begin + folder.TrimEnd('/')
            : read.Wrong(NomadKeys.WorkingDirectory, "an absolute path without '..'", folder, "/");
    }
}
