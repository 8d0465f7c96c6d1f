// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Heron.Testing.Nomad;

/// <summary>One allocation of a <see cref="ScriptedNomad"/>: a placed copy of a job's only group.</summary>
public sealed class NomadAllocation
{
    private readonly Lock _lock = new();
    private readonly List<(string Type, string Message, long Time, int Status)> _events = [];
    private readonly long _created = Now();

    internal NomadAllocation(string id, string jobId, JsonObject job, string evaluation)
    {
        Id = id;
        JobId = jobId;
        Job = job;
        Evaluation = evaluation;
    }

    /// <summary>A UUID.</summary>
    public string Id { get; }

    /// <summary>Whose allocation.</summary>
    public string JobId { get; }

    /// <summary>The job as it was when this allocation was placed.</summary>
    public JsonObject Job { get; }

    /// <summary><c>run</c> or <c>stop</c>.</summary>
    public string DesiredStatus { get; private set; } = "run";

    /// <summary><c>pending</c>, <c>running</c>, <c>complete</c> or <c>failed</c>.</summary>
    public string ClientStatus { get; private set; } = "pending";

    /// <summary>How often the task was started.</summary>
    public int Starts { get; private set; }

    /// <summary>The running main process; null when none runs, or when tasks are not run.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>The task's working directory; null when tasks are not run.</summary>
    public string? TaskFolder { get; internal set; }

    /// <summary>The dynamic ports by label.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; internal set; } = new Dictionary<string, int>();

    /// <summary>Completes when the allocation has ended for good.</summary>
    public Task Ended => EndedSource.Task;

    internal TaskCompletionSource EndedSource { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal CancellationTokenSource Stopping { get; } = new();

    internal string Evaluation { get; }

    /// <summary>The names of all tasks, the one that is the container first.</summary>
    public IReadOnlyList<string> TaskNames =>
        [.. Job["TaskGroups"]![0]!["Tasks"]!.AsArray().Select(task => task!["Name"]!.GetValue<string>())];

    /// <summary>Where in the order of all changes it was placed.</summary>
    internal long CreateIndex { get; init; }

    /// <summary>Happens with every change.</summary>
    internal Action? Changed { get; init; }

    /// <summary>What the task wrote to its standard output and error so far.</summary>
    public string Logs => TaskFolder is null
        ? ""
        : string.Concat(new[] { "stdout", "stderr" }
            .Select(stream => Path.Join(Path.GetDirectoryName(TaskFolder), "alloc", "logs", $"{Path.GetFileName(TaskFolder)}.{stream}.0"))
            .Where(File.Exists)
            .Select(File.ReadAllText));

    /// <summary>The events of the task, oldest first.</summary>
    public IReadOnlyList<(string Type, string Message)> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events.Select(e => (e.Type, e.Message))];
            }
        }
    }

    /// <summary>The allocation is as a test wants to see it.</summary>
    public void Pretend(string clientStatus, params (string Type, string Message, int Status)[] events)
    {
        lock (_lock)
        {
            ClientStatus = clientStatus;
            _events.AddRange(events.Select(e => (e.Type, e.Message, Now(), e.Status)));
            Starts += events.Count(e => e.Type == "Started");
        }

        Changed?.Invoke();
    }

    internal void Report(string status, string type, string message, int? processId = null, int exitStatus = 0)
    {
        lock (_lock)
        {
            ClientStatus = status;
            ProcessId = processId;
            if (type == "Started")
            {
                Starts++;
            }

            _events.Add((type, message, Now(), exitStatus));
        }

        Changed?.Invoke();
    }

    internal void Stop()
    {
        DesiredStatus = "stop";
        Stopping.Cancel();
    }

    /// <summary>The same with what it was given, as only the answer about a single allocation has it.</summary>
    internal JsonObject ToJsonWithResources()
    {
        var json = ToJson();
        // Here the whole job tells its version.
        json.Remove("JobVersion");
        var group = Job["TaskGroups"]![0]!;
        var task = group["Tasks"]![0]!;
        // Ports that the task asks for itself stand with the task, too; those of the group only with what tasks share.
        var ofTask = task["Resources"]!["Networks"] is JsonArray ? new JsonArray(new JsonObject
        {
            ["IP"] = "127.0.0.1",
            ["DynamicPorts"] = new JsonArray([.. Ports.Select(port => GivenPort(port, "HostNetwork", "default"))]),
        }) : null;
        json["AllocatedResources"] = new JsonObject
        {
            ["Shared"] = new JsonObject
            {
                ["DiskMB"] = group["EphemeralDisk"]!["SizeMB"]!.DeepClone(),
                ["Networks"] = null,
                ["Ports"] = new JsonArray([.. Ports.Select(port => GivenPort(port, "HostIP", "127.0.0.1"))]),
            },
            ["Tasks"] = new JsonObject { [task["Name"]!.GetValue<string>()] = new JsonObject { ["Networks"] = ofTask } },
        };
        return json;
    }

    private static JsonObject GivenPort(KeyValuePair<string, int> port, string where, string value) => new()
    {
        ["Label"] = port.Key,
        ["Value"] = port.Value,
        ["To"] = 0,
        [where] = value,
    };

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;

    private string State => ClientStatus switch
    {
        "failed" or "complete" or "lost" => "dead",
        "running" when _events.Count > 0 && _events[^1].Type is "Terminated" or "Restarting" => "pending",
        var status => status,
    };

    internal JsonObject ToJson()
    {
        lock (_lock)
        {
            var group = Job["TaskGroups"]![0]!["Name"]!.GetValue<string>();
            var task = Job["TaskGroups"]![0]!["Tasks"]![0]!["Name"]!.GetValue<string>();
            return new JsonObject
            {
                ["ID"] = Id,
                ["JobID"] = JobId,
                ["EvalID"] = Evaluation,
                ["Name"] = $"{JobId}.{group}[0]",
                ["NodeID"] = NomadStore.NodeId,
                ["NodeName"] = "node1",
                ["TaskGroup"] = group,
                ["ClientStatus"] = ClientStatus,
                ["ClientDescription"] = ClientStatus == "failed" ? "Failed tasks" : "",
                ["DesiredStatus"] = DesiredStatus,
                ["CreateIndex"] = CreateIndex,
                ["CreateTime"] = _created,
                ["ModifyTime"] = _events.Count > 0 ? _events[^1].Time : _created,
                ["JobVersion"] = Job["Version"]!.GetValue<long>(),
                ["TaskStates"] = new JsonObject
                {
                    [task] = new JsonObject
                    {
                        ["State"] = State,
                        ["Failed"] = ClientStatus == "failed",
                        ["Restarts"] = Math.Max(0, Starts - 1),
                        ["StartedAt"] = Starts > 0 ? DateTimeOffset.UnixEpoch.AddTicks(_events.Last(e => e.Type == "Started").Time / 100).ToString("O") : null,
                        ["Events"] = new JsonArray([.. _events.TakeLast(10).Select(e => new JsonObject
                        {
                            ["Type"] = e.Type, ["DisplayMessage"] = e.Message, ["Time"] = e.Time,
                            ["ExitCode"] = e.Status, ["Signal"] = e.Status > 128 ? e.Status - 128 : 0,
                            ["Details"] = e.Type == "Terminated" ? new JsonObject { ["oom_killed"] = "false" } : [],
                        })]),
                    },
                },
            };
        }
    }
}
