// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;
using Heron.Scheduler.Nomad.Observing;
using Heron.Scheduler.Nomad.Placement;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad;

/// <summary>
/// Runs each container of a topology as a Nomad job <c>TOPOLOGYID-CONTAINER</c>. It keeps nothing of its own: what it needs
/// for restarting, growing and killing it reads from the jobs in Nomad, so it works after a restart of the server and for
/// topologies that the Java server submitted.
/// </summary>
internal sealed partial class NomadScheduler : IScheduler
{
    private const string NoEndpoint = "scheduler_as_lib_no_endpoint";

    /// <summary>How long undoing may take: it goes on when the caller has gone away.</summary>
    private static readonly TimeSpan UndoLimit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long after a request that was given up Nomad may still carry it out. A server under load was seen to take seconds; what
    /// comes even later is found by who looks for jobs without a state.
    /// </summary>
    private static readonly TimeSpan LatePause = TimeSpan.FromSeconds(5);

    private readonly NomadOptions _options;
    private readonly NomadClient _client;
    private readonly TopologyJobs _jobs;
    private readonly JobRegistrar _registrar;
    private readonly PlacementWatcher _placements;
    private readonly TimeProvider _time;
    private readonly ILogger<NomadScheduler> _logger;

    /// <summary>Makes the scheduler of a server; nothing is sent to Nomad yet.</summary>
    /// <param name="options">What the server's configuration says.</param>
    /// <param name="logger">Takes one line a step.</param>
    /// <param name="time">The clock.</param>
    public NomadScheduler(NomadOptions options, ILogger<NomadScheduler> logger, TimeProvider time)
    {
        _options = options;
        _logger = logger;
        _time = time;
#pragma warning disable CA2000 // The client owns its transport.
        _client = new NomadClient(
            new NomadTransport(options.Connection, options.Tls, logger, time), options.Connection.Parallelism);
#pragma warning restore CA2000
        _jobs = new TopologyJobs(_client);
        _registrar = new JobRegistrar(_client);
        _placements = new PlacementWatcher(_client, time);
        Inspector = new NomadInspector(_client, _jobs, options.Cluster, time, logger);
        Files = new NomadFiles(_client, time);
    }

    /// <inheritdoc/>
    public IContainerInspector Inspector { get; }

    /// <inheritdoc/>
    public IContainerFiles Files { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var leader = await _client.LeaderAsync(cancellationToken);
            if (leader.Length == 0)
            {
                return $"Nomad at {_client.Address} has no leader";
            }

            await _client.CheckRightsAsync(cancellationToken);
            return null;
        }
        catch (NomadException fault) when (fault.Kind == FaultKind.BadGateway || fault.Status is not null)
        {
            // It has answered.
            return fault.Message;
        }
        catch (Exception fault) when (fault is HeronException or HttpRequestException or TimeoutException)
        {
            return $"Nomad at {_client.Address} does not answer: {PeerWords.Of(fault)}";
        }
    }

    /// <inheritdoc/>
    public void Check(PlannedTopology topology) => _ = new JobBuilder(topology, _options, submission: null);

    /// <inheritdoc/>
    public async Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken)
    {
        var topology = deployment.Identity;
        var submission = NewMark();
        var builder = new JobBuilder(deployment, _options, submission);
        var containers = builder.ContainerIds;
        Log.Registering(_logger, topology.Name, containers.Count, _client.Parallelism);
        return await RegisterAllAsync(
            topology,
            submission,
            containers,
            container => NomadJson.Tree(builder.Build(container)),
            new PlacementRule(NomadKeys.Placement, builder.Settings.Placement, builder.Settings.PlacementWait),
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
    public async Task<int> UndoScheduleAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var found = await KillAsync(topology, cancellationToken);
        await Task.Delay(LatePause, _time, cancellationToken);
        return found + await KillAsync(topology, cancellationToken);
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
        AddAsync(
            topology,
            containerIds,
            null,
            new PlacementRule(NomadKeys.Placement, _options.Connection.Placement, _options.Connection.PlacementWait),
            cancellationToken);

    /// <summary>
    /// The new containers get the memory and disk that the new plan's largest container needs, where that is more than the
    /// running ones have; the running ones keep what they have, and a warning says so.
    /// </summary>
    public Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, Core.Packing.PackingPlan plan, CancellationToken cancellationToken) =>
        AddAsync(
            topology,
            containerIds,
            plan.MaxContainerResource,
            new PlacementRule(NomadKeys.UpdatePlacement, _options.Connection.UpdatePlacement, _options.Connection.PlacementWait),
            cancellationToken);

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
    public async Task<string?> FindPackageUriAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        foreach (var (stub, _) in await _jobs.ListAsync(topology, cancellationToken))
        {
            // All containers fetch the same package: the first job that is the topology's has the answer.
            if (await _client.GetAsync(stub.ID, cancellationToken) is { } job && TopologyJobs.Owns(topology, job))
            {
                return JobPackage.UriOf(job);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public SchedulerLocation LocationOf(TopologyIdentity topology)
    {
        var location = new SchedulerLocation { TopologyName = topology.Name, HttpEndpoint = NoEndpoint };
        if (!_client.HasSocket)
        {
            location.JobPageLink.Add(_client.Address + "/ui/jobs");
        }

        return location;
    }

    /// <summary>
    /// One JSON document a line for each container, in the form of <c>nomad job run -json</c>, which takes one at a time:
    /// <c>while read -r job; do echo "$job" | nomad job run -json -; done</c>.
    /// </summary>
    public IEnumerable<string> Describe(PlannedTopology topology)
    {
        var builder = new JobBuilder(topology, _options, submission: null);
        return Lines(builder.ContainerIds.Select(container => NomadJson.Tree(builder.Build(container))));
    }

    /// <inheritdoc/>
    public async Task<IEnumerable<string>> DescribeAddedAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, Core.Packing.PackingPlan plan, CancellationToken cancellationToken)
    {
        if (containerIds.Count == 0)
        {
            return [];
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

    private static IEnumerable<string> Lines(IEnumerable<JsonObject> jobs) =>
        jobs.Select(job => JsonSerializer.Serialize(new JsonObject { ["Job"] = job }, NomadJson.Relaxed.JsonObject) + '\n');

    private static string NewMark() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private async Task<ScheduleResult> AddAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containerIds,
        Core.Packing.Resource? needed,
        PlacementRule placement,
        CancellationToken cancellationToken)
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
            submission,
            containerIds,
            container => JobReindexer.Make(topology, source, pattern.Container, container, submission),
            placement,
            cancellationToken);
        foreach (var warning in result.Warnings)
        {
            // Those of a submission are logged by it, with its own.
            Log.NotPlaced(_logger, topology.Name, warning);
        }

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
}
