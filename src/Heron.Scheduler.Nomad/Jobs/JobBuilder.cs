// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>
/// Makes the jobs of a deployment: one per container, all alike but for the container's number. Deliberate differences to
/// the Java server's jobs are listed in docs/decisions/nomad-jobs.md.
/// </summary>
internal sealed class JobBuilder
{
    /// <summary>
    /// Below <see cref="ExecLimits.MaxTextBytes"/>; Nomad accepts more and the task then fails. Some room is left for what
    /// Nomad puts in place of port names.
    /// </summary>
    private const int LongestVariable = 120_000;

    /// <summary>The least that Nomad takes, in MHz and MB: cleaning up runs when the container has given its share back.</summary>
    private const int SmallestCpu = 1;
    private const int SmallestMemory = 10;

    /// <summary>Nomad's default, and more than the 100 MB that it keeps for the task's logs.</summary>
    private const int SmallestDisk = 300;

    private const long NanosecondsPerTick = 100;

    /// <summary>
    /// What the docker driver runs: constant text, since Nomad parses arguments as HCL and fails a task for a name that it
    /// does not know. All that varies is in the environment.
    /// </summary>
    private const string DockerScript =
        """eval "$HERON_TOPOLOGY_DOWNLOAD_CMD" """
        + """&& if [ -n "$METRICS_PORT_FILE" ]; then echo "$NOMAD_PORT_metrics_port" > "$METRICS_PORT_FILE"; fi """
        + """&& if [ -n "$HERON_EXECUTOR_CMD_FILE" ]; then HERON_EXECUTOR_CMD=$(cat "$HERON_EXECUTOR_CMD_FILE"); fi """
        + """&& eval "exec $HERON_EXECUTOR_CMD" """;

    private readonly PlannedTopology _topology;
    private readonly NomadOptions _options;
    private readonly NomadJobSettings _settings;
    private readonly HeronCoreGeneration _core;
    private readonly NomadTemplate _script;
    private readonly string? _submission;
    private readonly Resource _resource;
    private readonly string? _metricsPortFile;
    private readonly IReadOnlyDictionary<string, string> _variables;
    private readonly Func<int, string> _executorCommand;

    /// <summary>Reads what all jobs share.</summary>
    /// <param name="deployment">What is deployed.</param>
    /// <param name="options">Region, namespace and start script.</param>
    /// <param name="submission">Unique to this submission; null for jobs that are only shown.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: a setting cannot be used.</exception>
    public JobBuilder(PlannedTopology deployment, NomadOptions options, string? submission)
    {
        if (deployment.Plan.Containers.Count == 0)
        {
            throw new HeronException(FaultKind.Invalid, "the packing plan has no containers");
        }

        if (deployment.Identity.Id.Contains('/', StringComparison.Ordinal) || deployment.Identity.Name.Contains('/', StringComparison.Ordinal))
        {
            throw new HeronException(FaultKind.Invalid, "a topology with '/' in its name or id cannot be run by Nomad");
        }

        _topology = deployment;
        _options = options;
        _script = StartScriptFile.Template(options.StartScript, StartScriptFile.Name);
        _submission = submission;
        _settings = NomadJobSettings.From(NomadPart.ForJobs(deployment.Config.Local, deployment.Config.Node));
        _core = HeronCoreGeneration.For(deployment.Core);
        _resource = deployment.Plan.MaxContainerResource;
        _metricsPortFile = MetricsPortFile.Find(deployment.Config.Local) is { } file
            ? NomadJobSettings.Plain("port-file of the Prometheus sink", file)
            : null;
        _variables = _settings.Driver == NomadJobSettings.RawExec
            ? StartScript.Variables(deployment, options.Keeping)
            : new Dictionary<string, string> { [StartScript.DownloadCommandVariable] = TopologyDownloadCommand.ShellText(deployment) };
        _executorCommand = ExecutorCommand.ShellTexts(deployment);
        NomadJobSettings.Plain("package URI", deployment.PackageUri);
        foreach (var key in new[] { ConfigKeys.CorePackageUri, ConfigKeys.CorePackageDirectory })
        {
            if (deployment.Config.Local.GetString(key) is { } core && _variables.Values.Contains(core))
            {
                NomadJobSettings.Plain(key, core);
            }
        }
    }

    /// <summary>The settings of this deployment.</summary>
    public NomadJobSettings Settings => _settings;

    /// <summary>Container 0, the topology manager's, and those of the plan, sorted.</summary>
    public IReadOnlyList<int> ContainerIds => [0, .. _topology.Plan.Containers.Select(c => c.Id).Order()];

    /// <summary>The job of one container.</summary>
    public NomadJob Build(int container)
    {
        var identity = _topology.Identity;
        var name = JobNames.Of(identity.Name, container);
        return new NomadJob
        {
            ID = JobNames.Of(identity.Id, container),
            Name = name,
            Region = _options.Connection.Region,
            Namespace = _options.Connection.Namespace,
            Priority = _settings.Priority,
            Datacenters = _settings.Datacenters,
            NodePool = _settings.NodePool,
            Meta = Meta(container),
            TaskGroups =
            [
                new NomadTaskGroup
                {
                    Name = name,
                    Tasks = CleansUp
                        ? [Task(name, container), CleanUp(container)]
                        : [Task(name, container)],
                    Networks = _settings.PortsAtGroup ? Networks() : null,
                    EphemeralDisk = _settings switch
                    {
                        { ReservesPlannedDisk: true } => new NomadEphemeralDisk(Math.Max(SmallestDisk, ToInt(_resource.Disk.Megabytes))),
                        { DiskMegabytes: { } megabytes } => new NomadEphemeralDisk(megabytes),
                        _ => null,
                    },
                    RestartPolicy = new NomadRestartPolicy(
                        _settings.RestartAttempts,
                        Nanoseconds(_settings.RestartInterval),
                        Nanoseconds(_settings.RestartDelay),
                        _settings.RestartMode),
                    ReschedulePolicy = new NomadReschedulePolicy(
                        true,
                        Nanoseconds(_settings.RescheduleDelay),
                        _settings.RescheduleMaxDelay > _settings.RescheduleDelay ? "exponential" : "constant",
                        Nanoseconds(_settings.RescheduleMaxDelay)),
                },
            ],
        };
    }

    private static int ToInt(long megabytes) => megabytes <= int.MaxValue
        ? (int)megabytes
        : throw new HeronException(FaultKind.Invalid, $"a container of {megabytes} MB is more than Nomad can be asked for");

    private static long Nanoseconds(TimeSpan time) => time.Ticks * NanosecondsPerTick;

    private Dictionary<string, string> Meta(int container)
    {
        var identity = _topology.Identity;
        var meta = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [JobNames.MetaTopologyName] = identity.Name,
            [JobNames.MetaTopologyId] = identity.Id,
            [JobNames.MetaContainerIndex] = container.ToString(CultureInfo.InvariantCulture),
            [JobNames.MetaCluster] = identity.Cluster,
            [JobNames.MetaRole] = identity.Role,
            [JobNames.MetaEnvironment] = identity.Environment,
        };
        if (_settings.ReservesPlannedDisk)
        {
            meta[JobNames.MetaDisk] = "plan";
        }

        if (_submission is not null)
        {
            meta[JobNames.MetaSubmission] = _submission;
        }

        return meta;
    }

    private NomadTask Task(string name, int container)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        var templates = new List<NomadTemplate>();
        var config = _settings.Driver == NomadJobSettings.RawExec
            ? RawExec(container, environment, templates)
            : Docker(environment);
        SetExecutorCommand(container, environment, templates);
        foreach (var (variable, value) in environment)
        {
            ExecLimits.CheckVariable(variable, value);
        }

        return new NomadTask
        {
            Name = name,
            Driver = _settings.Driver,
            Config = config,
            Env = environment,
            Templates = templates.Count > 0 ? templates : null,
            Services = Services(container),
            KillTimeout = Nanoseconds(_settings.KillTimeout),
            Resources = new NomadResources
            {
                // Rounded as the Java server rounds: halves go up.
                CPU = ToInt((long)Math.Floor((_settings.CoreFrequency * _resource.Cpu) + 0.5)),
                MemoryMB = ToInt(_resource.Ram.Megabytes),
                Networks = _settings.PortsAtGroup ? null : Networks(),
            },
        };
    }

    private NomadTaskConfig RawExec(
        int container, Dictionary<string, string> environment, List<NomadTemplate> templates)
    {
        foreach (var (variable, value) in _variables)
        {
            environment[variable] = value;
        }

        foreach (var (variable, value) in FolderOf(container))
        {
            environment[variable] = value;
        }

        templates.Add(_script);
        return new NomadTaskConfig { Command = "/bin/sh", Args = [StartScriptFile.Name] };
    }

    /// <summary>An image is gone with its task, and a start script of somebody else's knows nothing of cleaning up.</summary>
    private bool CleansUp => _settings is { CleansUp: true, Driver: NomadJobSettings.RawExec } && _options.StartScript == StartScript.Text;

    private Dictionary<string, string> FolderOf(int container) => new(StringComparer.Ordinal)
    {
        [StartScript.WorkingDirectoryVariable] = string.Create(
            CultureInfo.InvariantCulture, $"{_settings.WorkingDirectory}/container-{container}"),
        [StartScript.IndexVariable] = container.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>
    /// Runs on the node once the container has ended for good. The script is the container's: this task's folder lies beside
    /// that of the container's task.
    /// </summary>
    private NomadTask CleanUp(int container)
    {
        var environment = FolderOf(container);
        foreach (var (variable, value) in StartScript.KeepingVariables(_options.Keeping))
        {
            environment[variable] = value;
        }

        return new NomadTask
        {
            Name = NomadTask.CleanUp,
            Driver = NomadJobSettings.RawExec,
            Config = new NomadTaskConfig
            {
                Command = "/bin/sh",
                Args = ["-c", $"exec /bin/sh ../*/{StartScriptFile.Name} {StartScript.CleanStep}"],
            },
            Lifecycle = new NomadLifecycle("poststop"),
            Env = environment,
            Resources = new NomadResources { CPU = SmallestCpu, MemoryMB = SmallestMemory },
        };
    }

    private NomadTaskConfig Docker(Dictionary<string, string> environment)
    {
        environment[StartScript.DownloadCommandVariable] = _variables[StartScript.DownloadCommandVariable];
        if (_metricsPortFile is not null)
        {
            environment[StartScript.MetricsPortFileVariable] = _metricsPortFile;
        }

        environment["HOST"] = "${attr.unique.network.ip-address}";
        return new NomadTaskConfig
        {
            Image = _settings.DockerImage,
            NetworkMode = _settings.NetworkMode,
            Command = "/bin/sh",
            Args = ["-c", DockerScript.Trim()],
        };
    }

    private void SetExecutorCommand(
        int container, Dictionary<string, string> environment, List<NomadTemplate> templates)
    {
        var command = _executorCommand(container);
        if (Encoding.UTF8.GetByteCount(command) <= LongestVariable)
        {
            environment[StartScript.ExecutorCommandVariable] = command;
            return;
        }

        templates.Add(StartScriptFile.Template(command, "local/" + StartScriptFile.CommandName));
        environment[StartScript.ExecutorCommandFileVariable] = "${NOMAD_TASK_DIR}/" + StartScriptFile.CommandName;
    }

    private List<NomadNetwork> Networks()
    {
        var ports = _core.Ports.Select(p => new NomadPort(p.Label)).ToList();
        if (_metricsPortFile is not null)
        {
            ports.Add(new NomadPort(ExecutorPort.MetricsLabel));
        }

        return [new NomadNetwork(ports)];
    }

    private List<NomadService>? Services(int container)
    {
        if (_metricsPortFile is null || !_settings.RegisterMetricsService)
        {
            return null;
        }

        var name = _topology.Identity.Name;
        return
        [
            new NomadService
            {
                Name = JobNames.MetricsService(name, container),
                PortLabel = ExecutorPort.MetricsLabel,
                Tags = [JobNames.Of(name, container), .. _settings.MetricsTags],
                Provider = _settings.MetricsProvider,
                Checks =
                [
                    new NomadServiceCheck(
                        "tcp",
                        ExecutorPort.MetricsLabel,
                        Nanoseconds(_settings.MetricsCheckInterval),
                        Nanoseconds(_settings.MetricsCheckTimeout)),
                ],
            },
        ];
    }
}
