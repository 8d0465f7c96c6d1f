using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;
using Heron.Scheduler.Nomad.Placement;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad;

/// <summary>
/// Runs each container of a topology as a Nomad job <c>TOPOLOGYID-CONTAINER</c>. It keeps nothing of its own: what it needs
/// for restarting, growing and killing it reads from the jobs in Nomad, so it works after a restart of the server and for
/// topologies that the Java server submitted.
/// </summary>
public sealed partial class NomadScheduler : IScheduler
{
    private const string NoEndpoint = "scheduler_as_lib_no_endpoint";

    /// <summary>How long undoing may take: it goes on when the caller has gone away.</summary>
    private static readonly TimeSpan UndoLimit = TimeSpan.FromMinutes(2);

    private readonly HeronConfig _server;
    private readonly NomadConnectionSettings _connection;
    private readonly NomadClient _client;
    private readonly TopologyJobs _jobs;
    private readonly JobRegistrar _registrar;
    private readonly PlacementWatcher _placements;
    private readonly TimeProvider _time;
    private readonly ILogger<NomadScheduler> _logger;

    /// <summary>Makes the scheduler of a server; nothing is sent to Nomad yet.</summary>
    /// <param name="server">The server's configuration: how to reach Nomad, and which start script to use.</param>
    /// <param name="environment">Looks up an environment variable, for what Nomad's own tools read there.</param>
    /// <param name="logger">Takes one line a step.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: a setting cannot be used; the message names its key.</exception>
    public NomadScheduler(
        HeronConfig server, Func<string, string?> environment, ILogger<NomadScheduler> logger, TimeProvider time)
    {
        _server = server;
        _logger = logger;
        _time = time;
        _connection = NomadConnectionSettings.From(server, environment);
        _client = new NomadClient(_connection, logger, time);
        _jobs = new TopologyJobs(_client);
        _registrar = new JobRegistrar(_client);
        _placements = new PlacementWatcher(_client, time);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var leader = await _client.LeaderAsync(cancellationToken);
            return leader.Length > 0 ? null : $"Nomad at {_client.Address} has no leader";
        }
        catch (Exception fault) when (fault is HeronException or HttpRequestException or TimeoutException)
        {
            return $"Nomad at {_client.Address} does not answer: {fault.Message}";
        }
    }

    /// <inheritdoc/>
    public async Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        var topology = deployment.Identity;
        var builder = new JobBuilder(deployment, _connection, StartScriptFile.Text(_server), NewMark());
        var containers = builder.ContainerIds;
        Log.Registering(_logger, topology.Name, containers.Count, _client.Parallelism);
        return await RegisterAllAsync(
            topology,
            containers,
            container => NomadJson.Tree(builder.Build(container)),
            (builder.Settings.Placement, builder.Settings.PlacementWait),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var jobs = await _jobs.FindAsync(topology, cancellationToken);
        Log.Killing(_logger, topology.Name, jobs.Count);
        await PurgeAsync(topology, jobs, cancellationToken);
        return jobs.Count;
    }

    /// <inheritdoc/>
    public async Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken)
    {
        var mark = NewMark();
        if (containerId is { } container)
        {
            Log.Restarting(_logger, topology.Name, PlacementText.Containers([container]));
            var id = JobNames.Of(topology.Id, container);
            if (!await _registrar.RestartAsync(topology, id, mark, cancellationToken))
            {
                throw new HeronException(FaultKind.NotFound, $"topology '{topology.Name}' has no container {container} in Nomad");
            }

            return;
        }

        var jobs = await _jobs.ListAsync(topology, cancellationToken);
        Log.Restarting(_logger, topology.Name, PlacementText.Containers(jobs.Select(j => j.Container)));
        var restarted = 0;
        await ForAllAsync(
            jobs,
            async (job, token) =>
            {
                if (await _registrar.RestartAsync(topology, job.Stub.ID, mark, token))
                {
                    Interlocked.Increment(ref restarted);
                }
            },
            job => job.Container,
            $"could not be restarted; send the restart of '{topology.Name}' again",
            cancellationToken);
        if (restarted == 0)
        {
            throw new HeronException(FaultKind.NotFound, $"topology '{topology.Name}' has no containers in Nomad");
        }
    }

    /// <inheritdoc/>
    public Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken) =>
        AddAsync(topology, containerIds, null, cancellationToken);

    /// <summary>
    /// The new containers get the memory and disk that the new plan's largest container needs, where that is more than the
    /// running ones have; the running ones keep what they have, and a warning says so.
    /// </summary>
    public Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, Core.Packing.PackingPlan plan, CancellationToken cancellationToken) =>
        AddAsync(topology, containerIds, plan.MaxContainerResource, cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        if (containerIds.Count == 0)
        {
            return;
        }

        Log.Removing(_logger, topology.Name, PlacementText.Containers(containerIds));
        var jobs = await _jobs.FindAsync(topology, cancellationToken);
        await PurgeAsync(topology, [.. jobs.Where(j => containerIds.Contains(j.Container))], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> ListContainersAsync(
        TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var jobs = await _jobs.FindAsync(topology, cancellationToken);
        return [.. jobs.Where(j => !j.IsStopped).Select(j => j.Container)];
    }

    /// <inheritdoc/>
    public SchedulerLocation LocationOf(TopologyIdentity topology) => new()
    {
        TopologyName = topology.Name,
        HttpEndpoint = NoEndpoint,
        JobPageLink = { _client.Address + "/ui/jobs" },
    };

    /// <summary>
    /// One JSON document a line for each container, in the form of <c>nomad job run -json</c>, which takes one at a time:
    /// <c>while read -r job; do echo "$job" | nomad job run -json -; done</c>.
    /// </summary>
    public string Describe(TopologyDeployment deployment)
    {
        var builder = new JobBuilder(deployment, _connection, StartScriptFile.Text(_server), submission: null);
        return Lines(builder.ContainerIds.Select(container => NomadJson.Tree(builder.Build(container))));
    }

    /// <inheritdoc/>
    public async Task<string> DescribeAddedAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, Core.Packing.PackingPlan plan, CancellationToken cancellationToken)
    {
        if (containerIds.Count == 0)
        {
            return "";
        }

        var (pattern, source) = await PatternAsync(topology, containerIds, cancellationToken);
        JobReindexer.Grow(source, plan.MaxContainerResource);
        return Lines(containerIds.Select(id => JobReindexer.Make(topology, source, pattern.Container, id, NewMark())));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Lines(IEnumerable<JsonObject> jobs)
    {
        var text = new StringBuilder();
        foreach (var job in jobs)
        {
            text.Append(JsonSerializer.Serialize(new JsonObject { ["Job"] = job }, NomadJson.Relaxed.JsonObject)).Append('\n');
        }

        return text.ToString();
    }

    private static string NewMark() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private async Task<ScheduleResult> AddAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, Core.Packing.Resource? needed, CancellationToken cancellationToken)
    {
        if (containerIds.Count == 0)
        {
            return ScheduleResult.Clean;
        }

        var (pattern, source) = await PatternAsync(topology, containerIds, cancellationToken);
        var submission = NewMark();
        var smaller = needed is null ? null : JobReindexer.Grow(source, needed);
        Log.Adding(_logger, topology.Name, PlacementText.Containers(containerIds), pattern.Container);
        var result = await RegisterAllAsync(
            topology,
            containerIds,
            container => JobReindexer.Make(topology, source, pattern.Container, container, submission),
            (_connection.Placement, _connection.PlacementWait),
            cancellationToken);
        return smaller is null
            ? result
            : new ScheduleResult([.. result.Warnings, $"the containers that run already keep {smaller}: submit the topology anew to give them more"]);
    }

    /// <summary>A running container's job, after which those of new ones are made.</summary>
    private async Task<(OwnJob Pattern, JsonObject Source)> PatternAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken)
    {
        var present = await _jobs.FindAsync(topology, cancellationToken);

        // Container 0 is like the others, but one of the others is nearer to what is wanted.
        var pattern = present.Where(j => !j.IsStopped && !containerIds.Contains(j.Container))
            .OrderBy(j => j.Container == 0).FirstOrDefault()
            ?? throw new HeronException(
                FaultKind.Conflict,
                $"topology '{topology.Name}' has no running container in Nomad whose job could serve as a pattern for new ones");
        var source = await _client.GetAsync(pattern.Id, cancellationToken)
            ?? throw new HeronException(FaultKind.Conflict, $"job {pattern.Id} vanished from Nomad while it was read");
        return (pattern, source);
    }

    /// <summary>Registers jobs, all or none.</summary>
    private async Task<ScheduleResult> RegisterAllAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containers,
        Func<int, JsonObject> build,
        (PlacementPolicy Policy, TimeSpan Wait) placement,
        CancellationToken cancellationToken)
    {
        try
        {
            var placed = await RegisterAsync(topology, containers, build, cancellationToken);
            return await LookAtPlacementsAsync(topology, placed, placement, cancellationToken);
        }
        catch (Exception fault)
        {
            Log.Undoing(_logger, topology.Name, fault.Message);
            if (await UndoAsync(topology, containers) is not { } left)
            {
                throw;
            }

            throw new HeronException(
                (fault as HeronException)?.Kind ?? FaultKind.Unavailable, $"{fault.Message} Besides, {left}", fault);
        }
    }

    private async Task<IReadOnlyList<PlacedJob>> RegisterAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containers,
        Func<int, JsonObject> build,
        CancellationToken cancellationToken)
    {
        var placed = new ConcurrentBag<PlacedJob>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _client.Parallelism, CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(containers, options, async (container, _) =>
        {
            var job = build(container);
            // Requests under way are not cut off when another one fails: what Nomad made of them would be unknown.
            var registration = await _registrar.AddAsync(topology, job, cancellationToken);
            placed.Add(new PlacedJob(container, job["ID"]!.GetValue<string>(), registration.EvalID, AskedResources.Of(job)));
            Log.Registered(_logger, topology.Name, container, job["ID"]!.GetValue<string>());
        });
        return [.. placed];
    }

    private async Task<ScheduleResult> LookAtPlacementsAsync(
        TopologyIdentity topology,
        IReadOnlyList<PlacedJob> placed,
        (PlacementPolicy Policy, TimeSpan Wait) placement,
        CancellationToken cancellationToken)
    {
        if (placement.Policy == PlacementPolicy.Off)
        {
            return ScheduleResult.Clean;
        }

        IReadOnlyList<string> warnings;
        try
        {
            warnings = await _placements.FollowAsync(topology, placed, placement.Wait, cancellationToken);
        }
        catch (HeronException unknown) when (placement.Policy == PlacementPolicy.Warn)
        {
            warnings = [$"it is not known whether Nomad has placed all containers: {unknown.Message}"];
        }

        foreach (var warning in warnings)
        {
            Log.NotPlaced(_logger, topology.Name, warning);
        }

        return placement.Policy == PlacementPolicy.Require && warnings.Count > 0
            ? throw new HeronException(
                FaultKind.Unavailable,
                $"{string.Join(". ", warnings)}. Nothing was started, since {NomadKeys.Placement} is 'require'.")
            : new ScheduleResult(warnings);
    }

    /// <summary>Removes what was registered, also where the answer was lost; null when nothing is left, else a sentence.</summary>
    private async Task<string?> UndoAsync(TopologyIdentity topology, IReadOnlyList<int> containers)
    {
        const int MostRounds = 5;
        using var limit = new CancellationTokenSource(UndoLimit, _time);
        try
        {
            // A request whose connection was cut may still be carried out: look until nothing is there.
            for (var round = 0; round < MostRounds; round++)
            {
                var jobs = await _jobs.FindAsync(topology, limit.Token);
                var ours = jobs.Where(j => containers.Contains(j.Container)).ToList();
                if (ours.Count == 0)
                {
                    return null;
                }

                await PurgeAsync(topology, ours, limit.Token);
            }

            return $"jobs of topology '{topology.Name}' come back in Nomad: kill the topology";
        }
        catch (Exception fault) when (fault is HeronException or OperationCanceledException)
        {
            var left = $"jobs {JobNames.Prefix(topology.Id)}* may be left in Nomad ({fault.Message}): kill the topology, or run"
                + " 'nomad job stop -purge' for each";
            Log.NotUndone(_logger, topology.Name, left);
            return left;
        }
    }

    private Task PurgeAsync(TopologyIdentity topology, IReadOnlyList<OwnJob> jobs, CancellationToken cancellationToken) =>
        ForAllAsync(
            jobs,
            (job, token) => _client.PurgeAsync(job.Id, token),
            job => job.Container,
            $"could not be removed from Nomad; send the request for '{topology.Name}' again",
            cancellationToken);

    /// <summary>Does something for every item, also when it fails for some, and then says for which it failed.</summary>
    private async Task ForAllAsync<T>(
        IReadOnlyList<T> items,
        Func<T, CancellationToken, Task> action,
        Func<T, int> container,
        string failure,
        CancellationToken cancellationToken)
    {
        var failed = new ConcurrentBag<(int Container, HeronException Fault)>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _client.Parallelism, CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(items, options, async (item, token) =>
        {
            try
            {
                await action(item, token);
            }
            catch (HeronException fault)
            {
                failed.Add((container(item), fault));
            }
        });
        if (failed.IsEmpty)
        {
            return;
        }

        var first = failed.OrderBy(f => f.Container).First().Fault;
        throw new HeronException(
            first.Kind,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{failed.Count} of {items.Count} containers ({PlacementText.Containers(failed.Select(f => f.Container))}) {failure}: {first.Message}"),
            first);
    }
}
