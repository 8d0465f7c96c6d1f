using System.Text.Json.Nodes;

namespace Heron.Testing.Nomad;

/// <summary>One allocation of a <see cref="ScriptedNomad"/>: a placed copy of a job's only group.</summary>
public sealed class NomadAllocation
{
    private readonly Lock _lock = new();
    private readonly List<(string Type, string Message, long Time)> _events = [];

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

    internal void Report(string status, string type, string message, int? processId = null)
    {
        lock (_lock)
        {
            ClientStatus = status;
            ProcessId = processId;
            if (type == "Started")
            {
                Starts++;
            }

            _events.Add((type, message, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000));
        }
    }

    internal void Stop()
    {
        DesiredStatus = "stop";
        Stopping.Cancel();
    }

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
                ["JobVersion"] = Job["Version"]!.GetValue<long>(),
                ["TaskStates"] = new JsonObject
                {
                    [task] = new JsonObject
                    {
                        ["State"] = ClientStatus is "failed" or "complete" ? "dead" : ClientStatus,
                        ["Failed"] = ClientStatus == "failed",
                        ["Restarts"] = Math.Max(0, Starts - 1),
                        ["Events"] = new JsonArray([.. _events.TakeLast(10).Select(e => new JsonObject
                        {
                            ["Type"] = e.Type, ["DisplayMessage"] = e.Message, ["Time"] = e.Time,
                        })]),
                    },
                },
            };
        }
    }
}
