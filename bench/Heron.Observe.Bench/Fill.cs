// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Testing.State;

/// <summary>
/// Submits one topology as a client does, does what its topology manager would, and then puts copies of its jobs and its state beside
/// it, as another server might have made them.
/// </summary>
internal sealed class Fill(World world)
{
    private const int AtOnce = 16;
    private const int LooksBetweenWords = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static string NameOf(int number) => $"bench-{number:0000}";

    public async Task RunAsync(int topologies, int containers)
    {
        var clock = Stopwatch.StartNew();
        var first = await SubmitAsync(Form.Definition(World.Repository, 2 * containers, containers), NameOf(0));
        var jobs = world.Nomad.JobIds.Where(id => id.StartsWith(first.Definition.Id, StringComparison.Ordinal))
            .Select(id => world.Nomad.Job(id)!.ToJsonString()).ToList();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        await Parallel.ForEachAsync(Enumerable.Range(1, topologies - 1), options, async (number, _) =>
        {
            var (name, id) = (NameOf(number), NameOf(number) + Guid.NewGuid());
            foreach (var job in jobs)
            {
                world.Nomad.Register(JsonNode.Parse(job
                    .Replace(first.Definition.Id, id, StringComparison.Ordinal)
                    .Replace(first.Definition.Name, name, StringComparison.Ordinal))!.AsObject());
            }

            await world.State.CreateAsync(name, first.Named(name, id));
        });
        world.Nomad.ClearRequests();
        Console.WriteLine($"{topologies} topologies of {containers} containers and container 0, {world.State}: there after {clock.Elapsed.TotalSeconds:0} s");
        await UntilAllRunAsync(topologies);
        Console.WriteLine($"all are known as RUNNING after {clock.Elapsed.TotalSeconds:0} s");

        clock.Restart();
        var requests = world.Nomad.RequestCount;
        await world.StartServerAsync();
        await UntilAllRunAsync(topologies);
        Console.WriteLine(
            $"after a restart of the server all are known as RUNNING within {clock.Elapsed.TotalSeconds:0.0} s: {world.Nomad.RequestCount - requests} requests "
            + $"to Nomad, {world.Server.Now:0} MB resident, {world.Server.Cpu:0.0} s of CPU");
        await UntilNothingIsAskedAsync();
        Console.WriteLine(
            $"every container has been looked at once {clock.Elapsed.TotalSeconds:0} s after that start: {world.Nomad.RequestCount - requests} requests to Nomad, "
            + $"{world.Server.Now:0} MB resident, {world.Server.Cpu:0.0} s of CPU");
    }

    /// <summary>Looks are to be measured, not what a server does after its start.</summary>
    private async Task UntilNothingIsAskedAsync()
    {
        for (var before = -1; before != world.Nomad.RequestCount;)
        {
            before = world.Nomad.RequestCount;
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    private async Task<StoredState> SubmitAsync(Topology topology, string name)
    {
        topology.Name = name;
        topology.Id = name + Guid.NewGuid();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name), "name" },
            { new StringContent("nomad"), "cluster" },
            { new StringContent("bench"), "role" },
            { new StringContent("default"), "environment" },
            { new StringContent("alice"), "user" },
            { new ByteArrayContent(topology.ToByteArray()), "definition", name + ".defn" },
            { new ByteArrayContent(new byte[1000]), "topology", name + ".jar" },
        };
        using var answer = await world.Http.PostAsync("/api/v1/topologies", form);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        var stored = await StoredState.ReadAsync(world.State, name);
        await world.State.WriteAsync("tmanagers", name, stored.Manager);
        await world.State.WriteAsync("pplans", name, stored.PhysicalPlan);
        return stored;
    }

    private async Task UntilAllRunAsync(int topologies)
    {
        for (var looks = 1; ; looks++)
        {
            using var list = JsonDocument.Parse(await world.Http.GetStringAsync("/api/v1/topologies?limit=1"));
            var states = list.RootElement.GetProperty("states");
            if (states.TryGetProperty("RUNNING", out var running) && running.GetInt32() == topologies)
            {
                return;
            }

            if (looks % LooksBetweenWords == 0)
            {
                Console.Error.WriteLine($"waiting: {states}");
            }

            await Task.Delay(Pause);
        }
    }
}

/// <summary>What the state has of a running topology.</summary>
internal sealed record StoredState(Topology Definition, PackingPlan Plan, ExecutionState Execution, SchedulerLocation Scheduler)
{
    /// <summary>As the topology manager writes them.</summary>
    public TManagerLocation Manager => Samples.TManager(Definition.Name, Definition.Id, 1);

    /// <inheritdoc cref="Manager"/>
    public PhysicalPlan PhysicalPlan
    {
        get
        {
            var running = Definition.Clone();
            running.State = TopologyState.Running;
            return Samples.PhysicalOf(running, Plan);
        }
    }

    public static async Task<StoredState> ReadAsync(IForeignState state, string name) => new(
        Topology.Parser.ParseFrom(await state.ReadAsync("topologies", name)),
        PackingPlan.Parser.ParseFrom(await state.ReadAsync("packingplans", name)),
        ExecutionState.Parser.ParseFrom(await state.ReadAsync("executionstate", name)),
        SchedulerLocation.Parser.ParseFrom(await state.ReadAsync("schedulers", name)));

    /// <summary>The nodes of the same topology under another name, what names it last.</summary>
    public IReadOnlyList<(string Kind, IMessage Content)> Named(string name, string id)
    {
        var (definition, plan, execution, scheduler) = (Definition.Clone(), Plan.Clone(), Execution.Clone(), Scheduler.Clone());
        (definition.Name, definition.Id, plan.Id) = (name, id, id);
        (execution.TopologyName, execution.TopologyId, scheduler.TopologyName) = (name, id, name);
        var other = new StoredState(definition, plan, execution, scheduler);
        return
        [
            ("packingplans", plan), ("executionstate", execution), ("schedulers", scheduler), ("pplans", other.PhysicalPlan),
            ("tmanagers", other.Manager), ("topologies", definition),
        ];
    }
}
