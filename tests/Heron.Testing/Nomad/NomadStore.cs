// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Heron.Testing.Nomad;

/// <summary>The jobs, evaluations and allocations of a <see cref="ScriptedNomad"/>.</summary>
internal sealed class NomadStore(ScriptedNomadOptions options, string dataFolder)
{
    /// <summary>The only node.</summary>
    public const string NodeId = "39be6288-002f-bf5c-101a-9632543e9a8c";

    private static readonly string[] Volatile =
        ["Status", "StatusDescription", "Version", "SubmitTime", "CreateIndex", "ModifyIndex", "JobModifyIndex", "Stable"];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Evaluation> _evaluations = [];
    private readonly List<NomadAllocation> _allocations = [];
    private readonly Dictionary<string, List<NomadAllocation>> _allocationsByJob = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private readonly Dictionary<string, int> _copies = [];
    private readonly Dictionary<string, int> _peakCopies = [];
    private long _index = 10;

    /// <summary>Happens with every change: topic, key, and the job that it is about.</summary>
    public event Action<string, string, string>? Happened;

    public IReadOnlyList<string> JobIds
    {
        get
        {
            lock (_lock)
            {
                return [.. _jobs.Keys];
            }
        }
    }

    public JsonObject? Job(string id)
    {
        lock (_lock)
        {
            return _jobs.GetValueOrDefault(id)?.DeepClone().AsObject();
        }
    }

    public IReadOnlyList<NomadAllocation> Allocations(string? jobId = null)
    {
        lock (_lock)
        {
            return [.. jobId is null ? _allocations : AllocationsOf(jobId)];
        }
    }

    public int PeakCopies(string jobId)
    {
        lock (_lock)
        {
            return _peakCopies.GetValueOrDefault(jobId);
        }
    }

    public NomadAnswer Register(JsonObject request, string? queryNamespace)
    {
        if (request["Job"] is not JsonObject given)
        {
            return NomadAnswer.Text(400, "Job must be specified");
        }

        if (NomadValidation.Refuse(given, options, queryNamespace) is { } refusal)
        {
            return refusal;
        }

        lock (_lock)
        {
            var job = Canonical(given, queryNamespace);
            var id = job["ID"]!.GetValue<string>();
            var present = _jobs.GetValueOrDefault(id);
            if (request["EnforceIndex"]?.GetValue<bool>() == true
                && EnforceIndex(present, request["JobModifyIndex"]?.GetValue<long>() ?? 0) is { } conflict)
            {
                return conflict;
            }

            var index = ++_index;
            var changed = present is null || !JsonNode.DeepEquals(Comparable(present), Comparable(job));
            job["Version"] = present is null ? 0L : present["Version"]!.GetValue<long>() + (changed ? 1 : 0);
            job["CreateIndex"] = present?["CreateIndex"]?.GetValue<long>() ?? index;
            job["JobModifyIndex"] = changed ? index : present!["JobModifyIndex"]!.GetValue<long>();
            job["ModifyIndex"] = index;
            job["Status"] = "pending";
            _jobs[id] = job;
            Happened?.Invoke("Job", id, id);
            var evaluation = Evaluate(id, job, changed);
            return NomadAnswer.Json(new JsonObject
            {
                ["EvalID"] = evaluation.Id,
                ["EvalCreateIndex"] = index,
                ["JobModifyIndex"] = job["JobModifyIndex"]!.GetValue<long>(),
                ["Warnings"] = NomadValidation.Warnings(job),
                ["Index"] = index,
                ["LastContact"] = 0,
                ["KnownLeader"] = false,
            });
        }
    }

    public NomadAnswer Deregister(string id, bool purge)
    {
        lock (_lock)
        {
            var index = ++_index;
            Happened?.Invoke("Job", id, id);
            if (_jobs.TryGetValue(id, out var job))
            {
                foreach (var allocation in Live(id))
                {
                    Stop(allocation);
                }

                if (purge)
                {
                    _jobs.Remove(id);
                }
                else
                {
                    job["Stop"] = true;
                    job["Status"] = "dead";
                    job["JobModifyIndex"] = index;
                    job["Version"] = job["Version"]!.GetValue<long>() + 1;
                }
            }

            var evaluation = new Evaluation(Guid.NewGuid().ToString(), id, null, options.PendingReads);
            _evaluations[evaluation.Id] = evaluation;
            return NomadAnswer.Json(new JsonObject
            {
                ["EvalID"] = evaluation.Id,
                ["EvalCreateIndex"] = index,
                ["JobModifyIndex"] = index,
                ["Index"] = index,
                ["LastContact"] = 0,
                ["KnownLeader"] = false,
            });
        }
    }

    public NomadAnswer List(string prefix, string space, bool meta)
    {
        lock (_lock)
        {
            var stubs = new JsonArray();
            foreach (var (id, job) in _jobs)
            {
                if (id.StartsWith(prefix, StringComparison.Ordinal)
                    && (space == "*" || job["Namespace"]!.GetValue<string>() == space))
                {
                    stubs.Add(Stub(id, job, meta));
                }
            }

            return NomadAnswer.Json(stubs);
        }
    }

    public NomadAnswer Read(string id, string space)
    {
        lock (_lock)
        {
            if (!_jobs.TryGetValue(id, out var job) || (space != "*" && job["Namespace"]!.GetValue<string>() != space))
            {
                return NomadAnswer.Text(404, "job not found");
            }

            job["Status"] = Status(id, job);
            return NomadAnswer.Json(job);
        }
    }

    public NomadAnswer ReadAllocations(string jobId)
    {
        lock (_lock)
        {
            return NomadAnswer.Json(new JsonArray([.. AllocationsOf(jobId).Select(a => a.ToJson())]));
        }
    }

    public NomadAnswer ReadAllocation(string id) => Allocations().FirstOrDefault(a => a.Id == id) is { } allocation
        ? NomadAnswer.Json(allocation.ToJsonWithResources())
        : NomadAnswer.Text(404, "alloc not found");

    public static NomadAnswer ReadNode() => NomadAnswer.Json(new JsonObject
    {
        ["ID"] = NodeId,
        ["Name"] = "node1",
        ["HTTPAddr"] = "127.0.0.1:4646",
        ["NodeResources"] = new JsonObject { ["Networks"] = new JsonArray(new JsonObject { ["IP"] = "127.0.0.1" }) },
    });

    public NomadAnswer ReadEvaluations(string jobId)
    {
        lock (_lock)
        {
            return NomadAnswer.Json(
                new JsonArray([.. _evaluations.Values.Where(e => e.JobId == jobId).Select(e => e.ToJson())]));
        }
    }

    public NomadAnswer ReadEvaluation(string id)
    {
        lock (_lock)
        {
            return _evaluations.TryGetValue(id, out var evaluation)
                ? NomadAnswer.Json(evaluation.ToJson())
                : NomadAnswer.Text(404, "eval not found");
        }
    }

    public async Task StopAllAsync()
    {
        Task[] running;
        lock (_lock)
        {
            foreach (var allocation in _allocations.Where(a => !a.Ended.IsCompleted))
            {
                Stop(allocation);
            }

            running = [.. _running];
        }

        await Task.WhenAll(running);
    }

    private IEnumerable<NomadAllocation> Live(string jobId) =>
        AllocationsOf(jobId).Where(a => a.DesiredStatus == "run" && !a.Ended.IsCompleted);

    private List<NomadAllocation> AllocationsOf(string jobId) => _allocationsByJob.GetValueOrDefault(jobId, []);

    private void Stop(NomadAllocation allocation)
    {
        allocation.Stop();
        if (!options.RunsTasks)
        {
            allocation.Report("complete", "Killed", "Task successfully killed");
            allocation.EndedSource.TrySetResult();
        }
    }

    private Evaluation Evaluate(string id, JsonObject job, bool changed)
    {
        var live = Live(id).LastOrDefault();
        var failure = changed || live is null ? Failure(job) : null;
        var evaluation = new Evaluation(Guid.NewGuid().ToString(), id, failure, options.PendingReads) { CreateIndex = _index };
        _evaluations[evaluation.Id] = evaluation;
        if (failure is not null || job["Stop"]!.GetValue<bool>() || (live is not null && !changed))
        {
            return evaluation;
        }

        if (live is not null)
        {
            Stop(live);
        }

        // A running task reads its job beside requests that read it too.
        var own = options.RunsTasks ? job.DeepClone().AsObject() : job;
        var allocationId = Guid.NewGuid().ToString();
        var allocation = new NomadAllocation(allocationId, id, own, evaluation.Id)
        {
            CreateIndex = ++_index,
            Changed = () => Happened?.Invoke("Allocation", allocationId, id),
        };
        _allocations.Add(allocation);
        if (!_allocationsByJob.TryAdd(id, [allocation]))
        {
            _allocationsByJob[id].Add(allocation);
        }

        if (options.RunsTasks)
        {
            _running.Add(Task.Run(() => RunAsync(allocation, live)));
        }
        else
        {
            allocation.Report("running", "Started", "Task started by client");
        }

        return evaluation;
    }

    private async Task RunAsync(NomadAllocation allocation, NomadAllocation? previous)
    {
        if (previous is not null)
        {
            await previous.Ended;
        }

        lock (_lock)
        {
            var copies = _copies[allocation.JobId] = _copies.GetValueOrDefault(allocation.JobId) + 1;
            _peakCopies[allocation.JobId] = Math.Max(copies, _peakCopies.GetValueOrDefault(allocation.JobId));
        }

        await new RawExecTask(allocation, dataFolder, options).RunAsync(previous);
        lock (_lock)
        {
            _copies[allocation.JobId]--;
        }
    }

    private JsonObject? Failure(JsonObject job)
    {
        var group = job["TaskGroups"]![0]!.AsObject();
        var task = group["Tasks"]![0]!.AsObject();
        var available = new JsonObject();
        foreach (var name in job["Datacenters"]!.AsArray().Select(d => d!.GetValue<string>()))
        {
            available[name] = options.Datacenters.Contains(name) ? options.Nodes : 0;
        }

        var nodes = available.Sum(p => p.Value!.GetValue<int>());
        JsonObject? filtered = null;
        JsonObject? exhausted = null;
        if (nodes > 0)
        {
            if (!options.Drivers.Contains(task["Driver"]!.GetValue<string>()))
            {
                filtered = new JsonObject { ["missing drivers"] = nodes };
            }
            else if (task["Resources"]!["MemoryMB"]!.GetValue<long>() > options.NodeMemoryMb)
            {
                exhausted = new JsonObject { ["memory"] = nodes };
            }
            else if (task["Resources"]!["CPU"]!.GetValue<long>() > options.NodeCpu)
            {
                exhausted = new JsonObject { ["cpu"] = nodes };
            }
            else if (group["EphemeralDisk"]!["SizeMB"]!.GetValue<long>() > options.NodeDiskMb)
            {
                exhausted = new JsonObject { ["disk"] = nodes };
            }
            else
            {
                return null;
            }
        }

        return new JsonObject
        {
            [group["Name"]!.GetValue<string>()] = new JsonObject
            {
                ["NodesEvaluated"] = nodes,
                ["NodesFiltered"] = filtered is null ? 0 : nodes,
                ["NodesAvailable"] = available,
                ["ClassFiltered"] = null,
                ["ConstraintFiltered"] = filtered,
                ["NodesExhausted"] = exhausted is null ? 0 : nodes,
                ["ClassExhausted"] = null,
                ["DimensionExhausted"] = exhausted,
                ["QuotaExhausted"] = null,
                ["CoalescedFailures"] = 0,
            },
        };
    }

    private string Status(string id, JsonObject job)
    {
        if (job["Stop"]!.GetValue<bool>())
        {
            return "dead";
        }

        var last = AllocationsOf(id).LastOrDefault();
        return last?.ClientStatus switch { "running" => "running", "failed" => "dead", _ => "pending" };
    }

    private JsonObject Stub(string id, JsonObject job, bool meta)
    {
        var allocations = AllocationsOf(id);
        var status = Status(id, job);
        var stub = new JsonObject
        {
            ["ID"] = id,
            ["ParentID"] = "",
            ["Name"] = job["Name"]!.DeepClone(),
            ["Datacenters"] = job["Datacenters"]!.DeepClone(),
            ["Type"] = "service",
            ["Priority"] = job["Priority"]!.DeepClone(),
            ["Periodic"] = false,
            ["ParameterizedJob"] = false,
            ["Stop"] = job["Stop"]!.DeepClone(),
            ["Status"] = status,
            ["StatusDescription"] = "",
            ["JobSummary"] = new JsonObject
            {
                ["JobID"] = id,
                ["Summary"] = new JsonObject
                {
                    [job["TaskGroups"]![0]!["Name"]!.GetValue<string>()] = new JsonObject
                    {
                        ["Queued"] = allocations.Count == 0 && status == "pending" ? 1 : 0,
                        ["Complete"] = allocations.Count(a => a.ClientStatus == "complete"),
                        ["Failed"] = allocations.Count(a => a.ClientStatus == "failed"),
                        ["Running"] = allocations.Count(a => a.ClientStatus == "running"),
                        ["Starting"] = allocations.Count(a => a.ClientStatus == "pending"),
                        ["Lost"] = 0,
                    },
                },
            },
            ["CreateIndex"] = job["CreateIndex"]!.DeepClone(),
            ["ModifyIndex"] = job["ModifyIndex"]!.DeepClone(),
            ["JobModifyIndex"] = job["JobModifyIndex"]!.DeepClone(),
            ["SubmitTime"] = job["SubmitTime"]!.DeepClone(),
        };
        if (meta)
        {
            stub["Meta"] = job["Meta"]?.DeepClone();
        }

        return stub;
    }

    private static NomadAnswer? EnforceIndex(JsonObject? present, long index)
    {
        if (present is null)
        {
            return index == 0 ? null : NomadAnswer.Text(500, $"Enforcing job modify index {index}: job does not exist");
        }

        var now = present["JobModifyIndex"]!.GetValue<long>();
        return index == now ? null : NomadAnswer.Text(500, index == 0
            ? "Enforcing job modify index 0: job already exists"
            : $"Enforcing job modify index {index}: job exists with conflicting job modify index: {now}");
    }

    private static JsonObject Comparable(JsonObject job)
    {
        var copy = job.DeepClone().AsObject();
        foreach (var name in Volatile)
        {
            copy.Remove(name);
        }

        return Sorted(copy).AsObject();
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(
            o.Where(p => p.Value is not null).OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Sorted(p.Value!)))),
        JsonArray a => new JsonArray([.. a.Select(x => x is null ? null : Sorted(x))]),
        _ => node.DeepClone(),
    };

    /// <summary>The job with the defaults that Nomad fills in.</summary>
    private JsonObject Canonical(JsonObject given, string? queryNamespace)
    {
        // What arrives is read from JSON and belongs to nobody else.
        var job = given;
        given.Parent?.AsObject().Remove("Job");
        Default(job, "Name", job["ID"]!.ToJsonString());
        Default(job, "Region", JsonSerializer.Serialize(options.Region));
        Default(job, "Type", "\"service\"");
        Default(job, "Priority", "50");
        Default(job, "AllAtOnce", "false");
        Default(job, "Stop", "false");
        foreach (var empty in new[] { "ParentID", "ConsulToken", "VaultToken", "NomadTokenID" })
        {
            Default(job, empty, "\"\"");
        }

        if (queryNamespace is not null)
        {
            job["Namespace"] = queryNamespace;
        }

        Default(job, "Namespace", "\"default\"");
        job["SubmitTime"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        foreach (var group in job["TaskGroups"]!.AsArray().Select(g => g!.AsObject()))
        {
            Default(group, "Count", "1");
            Default(group, "RestartPolicy", """{"Attempts":2,"Delay":15000000000,"Interval":1800000000000,"Mode":"fail"}""");
            Default(
                group,
                "ReschedulePolicy",
                """{"Attempts":0,"Interval":0,"Delay":30000000000,"DelayFunction":"exponential","MaxDelay":3600000000000,"Unlimited":true}""");
            Default(group, "EphemeralDisk", """{"SizeMB":300,"Sticky":false,"Migrate":false}""");
            foreach (var task in group["Tasks"]!.AsArray().Select(t => t!.AsObject()))
            {
                Default(task, "KillTimeout", "5000000000");
                Default(task, "KillSignal", "\"\"");
                Default(task, "LogConfig", """{"MaxFiles":10,"MaxFileSizeMB":10}""");
                Default(task, "Resources", "{}");
                var resources = task["Resources"]!.AsObject();
                Default(resources, "CPU", "100");
                Default(resources, "MemoryMB", "300");
                resources["DiskMB"] = 0;
                Default(resources, "IOPS", "0");
            }
        }

        return job;
    }

    /// <summary>Sets a value as it is read from JSON, so that a number can be read as any type of number.</summary>
    private static void Default(JsonObject node, string name, string json)
    {
        if (node[name] is null)
        {
            node[name] = JsonNode.Parse(json);
        }
    }

    private sealed class Evaluation(string id, string jobId, JsonObject? failed, int pendingReads)
    {
        private int _pendingReads = pendingReads;

        public string Id { get; } = id;

        public string JobId { get; } = jobId;

        public long CreateIndex { get; init; }

        public JsonObject ToJson()
        {
            var json = new JsonObject
            {
                ["ID"] = Id,
                ["JobID"] = JobId,
                ["CreateIndex"] = CreateIndex,
                ["TriggeredBy"] = "job-register",
                ["Type"] = "service",
                ["Priority"] = 50,
            };
            if (_pendingReads-- > 0)
            {
                json["Status"] = "pending";
                return json;
            }

            json["Status"] = "complete";
            if (failed is not null)
            {
                json["FailedTGAllocs"] = failed.DeepClone();
                json["BlockedEval"] = Guid.NewGuid().ToString();
            }

            return json;
        }
    }
}
