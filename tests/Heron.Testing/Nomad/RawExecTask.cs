// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Heron.Testing.ZooKeeper;

namespace Heron.Testing.Nomad;

/// <summary>
/// Runs an allocation's task as Nomad's raw_exec driver does: its own task folder with the templates written, dynamic
/// ports, the interpolated environment on top of the agent's, a session of its own, a signal to the main process on stop
/// and an end to the whole group afterwards. A task that ends by itself is started again.
/// </summary>
internal sealed partial class RawExecTask(NomadAllocation allocation, string dataFolder, ScriptedNomadOptions options)
{
    private readonly JsonObject _group = allocation.Job["TaskGroups"]![0]!.AsObject();
    private readonly IReadOnlyList<JsonObject> _tasks =
        [.. allocation.Job["TaskGroups"]![0]!["Tasks"]!.AsArray().Select(task => task!.AsObject())];

    private JsonObject _task = null!;

    /// <summary>Runs until the allocation is stopped or has failed for good.</summary>
    /// <param name="previous">The allocation that this one replaces: it ends first.</param>
    public async Task RunAsync(NomadAllocation? previous)
    {
        try
        {
            if (previous is not null)
            {
                await previous.Ended;
            }

            _task = _tasks.Single(task => task["Lifecycle"] is null);
            var command = Prepare();
            var attempts = _group["RestartPolicy"]?["Attempts"]?.GetValue<int>() ?? 2;
            var delays = _group["RestartPolicy"]?["Mode"]?.GetValue<string>() == "delay";
            for (var attempt = 0; !allocation.Stopping.IsCancellationRequested; attempt++)
            {
                var status = await RunOnceAsync(command);
                if (allocation.Stopping.IsCancellationRequested)
                {
                    break;
                }

                allocation.Report("running", "Terminated", status > 128 ? $"Exit Code: {status}, Signal: {status - 128}" : $"Exit Code: {status}", null, status);
                if (attempt >= attempts && !delays)
                {
                    allocation.Report("failed", "Not Restarting", "Exceeded allowed attempts");
                    return;
                }

                allocation.Report("running", "Restarting", $"Task restarting in {options.RestartDelay.TotalSeconds}s");
                await Task.Delay(options.RestartDelay, allocation.Stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            allocation.Report("complete", "Killed", "Task successfully killed");
        }
        catch (FormatException wrong)
        {
            allocation.Report("failed", "Failed Validation", $"2 errors occurred:\n\t* {wrong.Message}\n\n");
        }
        catch (InvalidDataException wrong)
        {
            allocation.Report("failed", "Killing", $"Template failed: {wrong.Message}");
        }
        catch (System.ComponentModel.Win32Exception wrong)
        {
            allocation.Report("failed", "Driver Failure", $"failed to launch command with executor: {wrong.Message}");
        }
        finally
        {
            await CleanUpAsync();
            allocation.EndedSource.TrySetResult();
        }
    }

    /// <summary>What runs once the main task has ended for good.</summary>
    private async Task CleanUpAsync()
    {
        foreach (var task in _tasks.Where(task => task["Lifecycle"]?["Hook"]?.GetValue<string>() == "poststop"))
        {
            var folder = allocation.TaskFolder;
            _task = task;
            using var process = Process.Start(Prepare())!;
            await process.WaitForExitAsync();
            allocation.TaskFolder = folder;
        }
    }

    private ProcessStartInfo Prepare()
    {
        allocation.Report(allocation.ClientStatus, "Received", "Task received by client");
        var name = _task["Name"]!.GetValue<string>();
        var root = Path.Join(dataFolder, "alloc", allocation.Id);
        var folder = Path.Join(root, name);
        allocation.TaskFolder = folder;
        foreach (var made in new[] { "local", "secrets", "tmp" })
        {
            Directory.CreateDirectory(Path.Join(folder, made));
        }

        var logs = Directory.CreateDirectory(Path.Join(root, "alloc", "logs")).FullName;
        WriteTemplates(folder);

        var environment = NomadEnvironment(root, folder, name);
        var known = Known(environment);
        foreach (var (key, value) in _task["Env"]?.AsObject() ?? [])
        {
            environment[key] = NomadInterpolation.Value(value!.GetValue<string>(), known);
        }

        var config = _task["Config"]!.AsObject();
        known = Known(environment);
        var command = NomadInterpolation.Argument(
            config["command"]?.GetValue<string>()
            ?? throw new FormatException("failed to parse config: \n\t* Missing required argument: The argument \"command\" is required"),
            known);
        var arguments = (config["args"]?.AsArray() ?? []).Select(a => NomadInterpolation.Argument(a!.GetValue<string>(), known));

        // The shell only points the streams at files and becomes the task; setsid makes it the leader of its own group.
        // A test run in the background ignores some signals, and what a task ignores at its start it could not even trap.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, UseShellExecute = false };
        foreach (var argument in new[]
        {
            "-c", "out=$1 err=$2; shift 2; exec /usr/bin/env --default-signal=INT,QUIT setsid \"$@\" >>\"$out\" 2>>\"$err\" </dev/null", "sh",
            Path.Join(logs, name + ".stdout.0"), Path.Join(logs, name + ".stderr.0"), command,
        }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in options.AgentEnvironment)
        {
            start.Environment[key] = value;
        }

        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return start;
    }

    private void WriteTemplates(string folder)
    {
        foreach (var template in _task["Templates"]?.AsArray() ?? [])
        {
            var text = template!["EmbeddedTmpl"]!.GetValue<string>();
            var left = template["LeftDelim"]?.GetValue<string>() is { Length: > 0 } given ? given : "{{";
            if (text.Contains(left, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"(dynamic): parse: template: contains an action after '{left}'");
            }

            var target = Path.Join(folder, template["DestPath"]!.GetValue<string>());
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, text);
        }
    }

    private Dictionary<string, string> NomadEnvironment(string root, string folder, string name)
    {
        var environment = new Dictionary<string, string>
        {
            ["NOMAD_ALLOC_ID"] = allocation.Id,
            ["NOMAD_ALLOC_DIR"] = Path.Join(root, "alloc"),
            ["NOMAD_ALLOC_INDEX"] = "0",
            ["NOMAD_ALLOC_NAME"] = $"{allocation.JobId}.{_group["Name"]}[0]",
            ["NOMAD_TASK_DIR"] = Path.Join(folder, "local"),
            ["NOMAD_SECRETS_DIR"] = Path.Join(folder, "secrets"),
            ["NOMAD_JOB_ID"] = allocation.JobId,
            ["NOMAD_JOB_NAME"] = allocation.Job["Name"]!.GetValue<string>(),
            ["NOMAD_GROUP_NAME"] = _group["Name"]!.GetValue<string>(),
            ["NOMAD_TASK_NAME"] = name,
            ["NOMAD_DC"] = allocation.Job["Datacenters"]![0]!.GetValue<string>(),
            ["NOMAD_REGION"] = options.Region,
            ["NOMAD_NAMESPACE"] = allocation.Job["Namespace"]!.GetValue<string>(),
            ["NOMAD_CPU_LIMIT"] = _task["Resources"]!["CPU"]!.ToString(),
            ["NOMAD_MEMORY_LIMIT"] = _task["Resources"]!["MemoryMB"]!.ToString(),
        };
        foreach (var (key, value) in allocation.Job["Meta"]?.AsObject() ?? [])
        {
            environment["NOMAD_META_" + key] = value!.GetValue<string>();
        }

        var ports = new Dictionary<string, int>();
        var networks = _task["Resources"]!["Networks"] as JsonArray ?? _group["Networks"] as JsonArray ?? [];
        foreach (var port in networks.FirstOrDefault()?["DynamicPorts"]?.AsArray() ?? [])
        {
            var label = port!["Label"]!.GetValue<string>();
            ports[label] = Loopback.FreePorts(1)[0];
            var number = ports[label].ToString(CultureInfo.InvariantCulture);
            environment["NOMAD_PORT_" + label] = number;
            environment["NOMAD_HOST_PORT_" + label] = number;
            environment["NOMAD_IP_" + label] = "127.0.0.1";
            environment["NOMAD_ADDR_" + label] = "127.0.0.1:" + number;
        }

        if (_task["Lifecycle"] is null)
        {
            allocation.Ports = ports;
        }

        return environment;
    }

    private Dictionary<string, string> Known(Dictionary<string, string> environment)
    {
        var known = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            known[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        foreach (var (key, value) in options.AgentEnvironment)
        {
            known.Remove(key);
            if (value is not null)
            {
                known[key] = value;
            }
        }

        foreach (var (key, value) in environment)
        {
            known[key] = value;
        }

        known["attr.unique.network.ip-address"] = "127.0.0.1";
        known["node.unique.name"] = "node1";
        known["node.datacenter"] = options.Datacenters[0];
        return known;
    }

    private async Task<int> RunOnceAsync(ProcessStartInfo command)
    {
        using var process = Process.Start(command)!;
        allocation.Report("running", "Started", "Task started by client", process.Id);
        var ended = process.WaitForExitAsync();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = allocation.Stopping.Token.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(ended, stopped.Task) != ended)
        {
            var timeout = TimeSpan.FromTicks((_task["KillTimeout"]?.GetValue<long>() ?? 5_000_000_000) / 100);
            _ = Kill(process.Id, SignalNumber(_task["KillSignal"]?.GetValue<string>()));
            if (await Task.WhenAny(ended, Task.Delay(timeout)) != ended)
            {
                _ = Kill(process.Id, 9);
            }
        }

        await ended;
        // What the main process left behind ends with it.
        _ = Kill(-process.Id, 9);
        return process.ExitCode;
    }

    private static int SignalNumber(string? name) => name switch
    {
        "SIGTERM" => 15,
        "SIGKILL" => 9,
        "SIGHUP" => 1,
        _ => 2,
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
