// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Tests.Support;

namespace Heron.Scheduler.Nomad.Tests.Jobs;

/// <summary>
/// Every deliberate difference between the Java server's jobs and ours, as one named rule each that turns the recorded
/// job into the one that is expected here. What no rule names must be equal. The reasons are in
/// docs/decisions/nomad-jobs.md under the same names.
/// </summary>
internal sealed class ReferenceRules(
    ReferenceCase reference, TopologyDeployment deployment, LogKeeping keeping, HashSet<string> used)
{
    private const string DockerScript =
        "eval \"$HERON_TOPOLOGY_DOWNLOAD_CMD\" "
        + "&& if [ -n \"$METRICS_PORT_FILE\" ]; then echo \"$NOMAD_PORT_metrics_port\" > \"$METRICS_PORT_FILE\"; fi "
        + "&& if [ -n \"$HERON_EXECUTOR_CMD_FILE\" ]; then HERON_EXECUTOR_CMD=$(cat \"$HERON_EXECUTOR_CMD_FILE\"); fi "
        + "&& eval \"exec $HERON_EXECUTOR_CMD\"";

    /// <summary>The job expected here; commands without the quotes that a shell takes away.</summary>
    public JsonObject Expected(JsonObject recorded)
    {
        var job = WithoutNulls(recorded).AsObject();
        var container = JobNames.ContainerOf(job["ID"]!.GetValue<string>(), deployment.Identity.Id)!.Value;
        var group = job["TaskGroups"]![0]!.AsObject();
        var task = group["Tasks"]![0]!.AsObject();
        var environment = task["Env"]!.AsObject();

        UnsetFields(task);
        Meta(job["Meta"]!.AsObject(), container);
        Resources(task["Resources"]!.AsObject());
        Policies(group, task);
        if (task["Driver"]!.GetValue<string>() == "docker")
        {
            DockerCommand(task, environment);
        }

        Use("shell-quoting");
        PackageAndDigest(task, environment);
        DownloaderFolder(environment);
        TemplateOfOtherClusters(environment);
        VerboseGc(environment);
        Metrics(task, environment, container);
        StartScriptTemplate(task);
        SortPorts(task);
        HomeOnNode(environment);
        Surroundings(group, task, container);
        return job;
    }

    /// <summary>The Java server put its own home in.</summary>
    private void HomeOnNode(JsonObject environment)
    {
        const string Home = "/home/heron/";
        foreach (var name in new[] { "HERON_NOMAD_WORKING_DIR", "HERON_CORE_PACKAGE_URI", "HERON_CORE_PACKAGE_DIR" })
        {
            if (environment[name]?.GetValue<string>() is { } value && value.Contains(Home, StringComparison.Ordinal))
            {
                Use("home-on-the-node");
                environment[name] = value.Replace(Home, "${HOME}/", StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Our job in the same form.</summary>
    public static JsonObject Comparable(JsonObject built)
    {
        var job = built.DeepClone().AsObject();
        var task = job["TaskGroups"]![0]!["Tasks"]![0]!.AsObject();
        TakeQuotesAway(task["Env"]!.AsObject());
        SortPorts(task);
        return job;
    }

    private static JsonNode WithoutNulls(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o.Where(p => p.Value is not null)
            .Select(p => KeyValuePair.Create(p.Key, (JsonNode?)WithoutNulls(p.Value!)))),
        JsonArray a => new JsonArray([.. a.Select(x => x is null ? null : WithoutNulls(x))]),
        _ => node.DeepClone(),
    };

    private static void TakeQuotesAway(JsonObject environment)
    {
        foreach (var name in new[] { "HERON_TOPOLOGY_DOWNLOAD_CMD", "HERON_EXECUTOR_CMD" })
        {
            if (environment[name] is JsonValue command)
            {
                environment[name] = string.Join(' ', ShellWords.Parse(command.GetValue<string>()));
            }
        }
    }

    private static void SortPorts(JsonObject task)
    {
        var network = task["Resources"]!["Networks"]![0]!.AsObject();
        network["DynamicPorts"] = new JsonArray(
            [.. network["DynamicPorts"]!.AsArray().Select(p => p!["Label"]!.GetValue<string>()).Order(StringComparer.Ordinal)
                .Select(label => (JsonNode?)new JsonObject { ["Label"] = label })]);
    }

    private void Use(string rule) => used.Add(rule);

    private void UnsetFields(JsonObject task)
    {
        Use("unset-fields");
        task.Remove("Leader");
        task.Remove("ShutdownDelay");
        foreach (var service in task["Services"]?.AsArray() ?? [])
        {
            foreach (var check in service!["Checks"]!.AsArray())
            {
                check!.AsObject().Remove("TLSSkipVerify");
            }
        }
    }

    private void Meta(JsonObject meta, int container)
    {
        if (container == 0)
        {
            Use("container-index-of-0");
            meta["container.index"] = "0";
        }

        Use("owner-in-meta");
        meta["topology.cluster"] = deployment.Identity.Cluster;
        meta["topology.role"] = deployment.Identity.Role;
        meta["topology.environment"] = deployment.Identity.Environment;
    }

    private void Resources(JsonObject resources)
    {
        var most = deployment.Plan.MaxContainerResource;
        var frequency = deployment.Config.Local.GetDouble(NomadKeys.CoreFreqMapping, 1000);
        var (cpu, memory) = ((int)Math.Floor((most.Cpu * frequency) + 0.5), (int)most.Ram.Megabytes);
        if (resources["CPU"]!.GetValue<int>() != cpu || resources["MemoryMB"]!.GetValue<int>() != memory)
        {
            Use("resources-maximum");
            resources["CPU"] = cpu;
            resources["MemoryMB"] = memory;
        }

        Use("disk-of-the-task");
        resources.Remove("DiskMB");
    }

    private void Policies(JsonObject group, JsonObject task)
    {
        Use("policies");
        group["RestartPolicy"] = new JsonObject
        {
            ["Attempts"] = 10,
            ["Interval"] = 300_000_000_000,
            ["Delay"] = 10_000_000_000,
            ["Mode"] = "delay",
        };
        group["ReschedulePolicy"] = new JsonObject
        {
            ["Unlimited"] = true,
            ["Delay"] = 30_000_000_000,
            ["DelayFunction"] = "exponential",
            ["MaxDelay"] = 120_000_000_000,
        };
        task["KillTimeout"] = 30_000_000_000;
    }

    private void DockerCommand(JsonObject task, JsonObject environment)
    {
        Use("docker-command-in-environment");
        var parts = task["Config"]!["args"]![1]!.GetValue<string>().Split(" && ");
        Assert.Equal("echo ${NOMAD_PORT_metrics_port} > ${METRICS_PORT_FILE}", parts[1]);
        environment["HERON_TOPOLOGY_DOWNLOAD_CMD"] = parts[0];
        environment["HERON_EXECUTOR_CMD"] = parts[2];
        task["Config"]!["args"] = new JsonArray("-c", DockerScript);
    }

    private void PackageAndDigest(JsonObject task, JsonObject environment)
    {
        if (task["Driver"]!.GetValue<string>() == "raw_exec")
        {
            Use("package-uri-and-digest");
            environment["HERON_TOPOLOGY_PACKAGE_URI"] = deployment.Package.Uri;
            environment["HERON_TOPOLOGY_PACKAGE_SHA256"] = deployment.Package.Sha256;
        }
    }

    private void Surroundings(JsonObject group, JsonObject task, int container)
    {
        if (task["Driver"]!.GetValue<string>() != "raw_exec")
        {
            return;
        }

        Use("start-script-environment");
        var environment = task["Env"]!.AsObject();
        environment["HERON_TOPOLOGY_NAME"] = deployment.Identity.Name;
        environment["HERON_CONTAINER_INDEX"] = container.ToString();
        Use("clean-up-task");
        var cleanUp = new JsonObject
        {
            ["HERON_NOMAD_WORKING_DIR"] = environment["HERON_NOMAD_WORKING_DIR"]!.DeepClone(),
            ["HERON_CONTAINER_INDEX"] = container.ToString(),
        };
        foreach (var (name, value) in new[]
        {
            ("HERON_KEEP_RUNS", "3"), ("HERON_KEEP_RUN_KB", "65536"), ("HERON_KEEP_ENDED_SECS", "86400"),
            ("HERON_CONTAINERS_ROOT", keeping.Root!),
        })
        {
            environment[name] = value;
            cleanUp[name] = value;
        }

        group["Tasks"]!.AsArray().Add(new JsonObject
        {
            ["Name"] = "clean-up",
            ["Driver"] = "raw_exec",
            ["Config"] = new JsonObject
            {
                ["command"] = "/bin/sh",
                ["args"] = new JsonArray("-c", "exec /bin/sh ../*/run_heron_executor.sh clean"),
            },
            ["Lifecycle"] = new JsonObject { ["Hook"] = "poststop" },
            ["Env"] = cleanUp,
            ["Resources"] = new JsonObject { ["CPU"] = 1, ["MemoryMB"] = 10 },
        });
    }

    private void DownloaderFolder(JsonObject environment)
    {
        var command = environment["HERON_TOPOLOGY_DOWNLOAD_CMD"]!.GetValue<string>();
        if (command.Contains("{TEMPLATE_DIR}"))
        {
            Use("downloader-folder");
            environment["HERON_TOPOLOGY_DOWNLOAD_CMD"] = command.Replace("{TEMPLATE_DIR}", "./heron-conf");
        }
    }

    private void TemplateOfOtherClusters(JsonObject environment)
    {
        const string Lost = "--heron-java-home=/usr/lib/jvm/default-java";
        var command = environment["HERON_EXECUTOR_CMD"]!.GetValue<string>();
        if (deployment.Identity.Cluster == "prod" && command.Contains(Lost))
        {
            Use("template-of-other-clusters");
            environment["HERON_EXECUTOR_CMD"] = command.Replace(Lost, "--heron-java-home=$JAVA_HOME");
        }
    }

    private void VerboseGc(JsonObject environment)
    {
        if (deployment.Config.Local.GetBoolean(ConfigKeys.VerboseGc, false))
        {
            Use("verbose-gc");
            var words = environment["HERON_EXECUTOR_CMD"]!.GetValue<string>().Split(' ').ToList();
            words.Insert(words.FindIndex(word => word.StartsWith("--heron-java-home=", StringComparison.Ordinal)) + 1, "--verbose-gc");
            environment["HERON_EXECUTOR_CMD"] = string.Join(' ', words);
        }
    }

    private void Metrics(JsonObject task, JsonObject environment, int container)
    {
        var ports = task["Resources"]!["Networks"]![0]!["DynamicPorts"]!.AsArray();
        var sinks = Path.Join(reference.TemplateDirectory, "metrics_sinks.yaml");
        var overridden = File.Exists(Path.Join(reference.TemplateDirectory, "override.yaml"))
            && new FileInfo(Path.Join(reference.TemplateDirectory, "override.yaml")).Length > 0;
        if (!overridden && File.Exists(sinks) && File.ReadAllText(sinks).Contains("port-file:"))
        {
            Use("metrics-without-override-file");
            ports.Add(new JsonObject { ["Label"] = "metrics_port" });
            environment["METRICS_PORT_FILE"] = "port_file";
            if (deployment.Config.Local.GetBoolean(NomadKeys.MetricsServiceRegister, false))
            {
                var name = deployment.Identity.Name;
                var tags = (deployment.Config.Local.GetString(NomadKeys.MetricsServiceTags) ?? "").Split(',');
                task["Services"] = new JsonArray(new JsonObject
                {
                    ["Name"] = $"metrics-heron-{name}-{container}",
                    ["Tags"] = new JsonArray([$"{name}-{container}", .. tags.Select(t => (JsonNode?)t)]),
                    ["PortLabel"] = "metrics_port",
                    ["Checks"] = new JsonArray(new JsonObject
                    {
                        ["Type"] = "tcp",
                        ["PortLabel"] = "metrics_port",
                        ["Interval"] = deployment.Config.Local.GetLong(NomadKeys.MetricsServiceCheckInterval, 10) * 1_000_000_000,
                        ["Timeout"] = deployment.Config.Local.GetLong(NomadKeys.MetricsServiceCheckTimeout, 2) * 1_000_000_000,
                    }),
                });
            }
        }

        foreach (var service in task["Services"]?.AsArray() ?? [])
        {
            var tags = service!["Tags"]!.AsArray().Select(t => t!.GetValue<string>()).ToList();
            var clean = tags.Select(t => t.Trim()).Where(t => t.Length > 0).ToList();
            if (!tags.SequenceEqual(clean))
            {
                Use("clean-tags");
                service["Tags"] = new JsonArray([.. clean.Select(t => (JsonNode?)t)]);
            }

            var name = service["Name"]!.GetValue<string>();
            var valid = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
            if (name != valid)
            {
                Use("service-name");
                service["Name"] = valid;
            }
        }
    }

    private void StartScriptTemplate(JsonObject task)
    {
        foreach (var template in task["Templates"]?.AsArray() ?? [])
        {
            Use("start-script");
            Assert.Equal("{START_SCRIPT}\n", template!["EmbeddedTmpl"]!.GetValue<string>());
            template["EmbeddedTmpl"] = StartScript.Text;
            Use("template-delimiters");
            template["LeftDelim"] = "[heron[";
            template["RightDelim"] = "]heron]";
        }
    }
}
