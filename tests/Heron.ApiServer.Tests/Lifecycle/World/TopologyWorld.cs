// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Daemons;
using Heron.Core.Configuration;
using Heron.Core.Daemons;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Heron.Daemons.Calls;
using Heron.Daemons.Manager;
using Heron.Operations.Activation;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Heron.Operations.Update;
using Heron.Operations;
using Heron.StandInCore.Manager;
using Heron.StandInCore.State;
using Heron.StandInCore.Streams;
using Heron.StandInCore;
using Heron.State.Folder;
using Heron.Testing.Scheduling;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.Testing;
using Microsoft.Extensions.DependencyInjection;
using Proto = Heron.Core.Protobuf;

namespace Heron.ApiServer.Tests.Lifecycle.World;

/// <summary>
/// One running topology of two containers and five instances: its state in a folder, a scheduler that keeps lists, and the
/// stand-in topology manager in this process, which restarts on every new packing plan as the real one does. The operations are those
/// that a server composes.
/// </summary>
internal sealed class TopologyWorld : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("life-").FullName;
    private readonly CancellationTokenSource _ending = new();
    private readonly DaemonTransport _transport = new(TimeProvider.System);
    private readonly LocalCoreState _core;
    private readonly int _port = Loopback.FreePorts(1)[0];
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _requests = new();
    private ServiceProvider _operations = null!;
    private Task _manager = Task.CompletedTask;
    private int _crashes;

    private TopologyWorld()
    {
        Root = Path.Join(_folder, "state");
        State = LocalFolderStore.StateIn(Root, TimeSpan.FromMilliseconds(5));
        _core = new LocalCoreState(Root, new StandInSettings());
        Client = ClientWith(TimeProvider.System);
        Restart();
    }

    public string Root { get; }

    public LocalFileSystemStateManager State { get; }

    public FakeScheduler Scheduler { get; } = new() { AddWarnings = ["container 3 waits for memory"] };

    public TopologyManagerClient Client { get; }

    public TopologyStates States => Get<TopologyStates>();

    public InstanceFolder Instance { get; private set; } = null!;

    public IJournal Journal => Get<IJournal>();

    public FinishedUpdates Finished => Get<FinishedUpdates>();

    public Proto.Topology Definition { get; private set; } = null!;

    public TopologyIdentity Identity { get; private set; } = null!;

    public Proto.PackingPlan FirstPlan { get; private set; } = null!;

    /// <summary>While set, the topology manager writes no physical plan.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>What a topology manager waits for between writing its plan and knowing it.</summary>
    public Task PlanIsKnown { get; set; } = Task.CompletedTask;

    /// <summary>How often a topology manager died because it was asked for a change before it knew its plan.</summary>
    public int ManagerCrashes => _crashes;

    /// <summary>Requests to topology managers, as their paths.</summary>
    public IReadOnlyCollection<string> ManagerRequests => _requests;

    /// <summary>While set, a topology manager that has ended is not started again.</summary>
    public bool ManagerStaysAway { get; set; }

    public LeftLocations Locations => Get<LeftLocations>();

    /// <summary>Settings of the topology besides those of the definition.</summary>
    public static async Task<TopologyWorld> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null,
        Proto.TopologyState initial = Proto.TopologyState.Running,
        bool withManager = true)
    {
        var world = new TopologyWorld();
        await world.State.StartAsync(CancellationToken.None);
        await world.RegisterAsync(settings, initial);
        if (withManager)
        {
            world.StartManager();
            await world.State.WaitForPhysicalPlanAsync(
                world.Identity.Name, p => p is not null, Poll.Limit, CancellationToken.None);
        }

        return world;
    }

    /// <summary>The server dies and starts again: what is on disk stays.</summary>
    public void Restart()
    {
        _operations?.Dispose();
        Instance?.Dispose();
        Instance = InstanceFolder.Open(Path.Join(_folder, "store"));
        _operations = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IStateManager>(State)
            .AddSingleton<IScheduler>(Scheduler)
            .AddSingleton(Instance)
            .AddDaemons()
            .AddSingleton(new OwnFolders())
            .AddOperations()
            .AddSingleton<ITopologyManager>(Client)
            .BuildServiceProvider();
    }

    /// <summary>A client with another clock.</summary>
    public TopologyManagerClient ClientWith(TimeProvider time, TimeSpan? limit = null) => new(
        _transport,
        State,
        new ContainerNodes(Scheduler, time),
        time,
        DaemonLimits.Change with { Silence = limit ?? Poll.Limit, Overall = Poll.Limit });

    public void StartManager() => _manager = Task.Run(() => RunManagerAsync(_ending.Token));

    public Task PublishAsync(Proto.TManagerLocation location) => _core.PublishLocationAsync(location, CancellationToken.None);

    /// <summary>How far the latest update is.</summary>
    public OperationSteps Steps { get; private set; } = new(TimeProvider.System);

    public Task<ScheduleResult> UpdateAsync(
        UpdateRequest request, Func<IDisposable>? waiting = null, CancellationToken cancellationToken = default) =>
        Get<UpdateTopology>().RunAsync(
            Identity,
            request,
            (definition, stored) =>
                UpdatePlanner.Plan(request, definition, stored, new RoundRobinPacking(), HeronConfig.Empty),
            waiting ?? (() => new CancellationTokenSource()),
            Steps = new OperationSteps(TimeProvider.System),
            cancellationToken);

    public Task<IReadOnlyList<IJournalEntry>> UnfinishedAsync() => Journal.UnfinishedUpdatesAsync(Identity, CancellationToken.None);

    /// <summary>What the server's recovery does.</summary>
    public async Task<UpdateOutcome> SettleAsync(IJournalEntry entry)
    {
        var outcome = await Get<UpdateSettler>().SettleAsync((UpdateIntent)entry.Intent, Poll.Limit, CancellationToken.None);
        await entry.CompleteAsync(CancellationToken.None);
        return outcome;
    }

    public async Task<Proto.PackingPlan> PlanAsync() =>
        (await State.GetPackingPlanAsync(Identity.Name, CancellationToken.None))!;

    public async Task<Proto.PhysicalPlan?> PhysicalPlanAsync() =>
        await State.GetPhysicalPlanAsync(Identity.Name, CancellationToken.None);

    /// <summary>Puts another topology of the same name into the place of this one, as a kill and a submission elsewhere do.</summary>
    public async Task ReplaceAsync(string id)
    {
        var other = Samples.Registration(Identity.Name, id);
        foreach (var (directory, message) in new (string, Google.Protobuf.IMessage)[]
        {
            ("packingplans", other.PackingPlan), ("executionstate", other.ExecutionState), ("topologies", other.Topology),
        })
        {
            var file = Path.Join(_folder, "state", directory, Identity.Name);
            var written = Path.Join(_folder, "new");
            await File.WriteAllBytesAsync(written, Google.Protobuf.MessageExtensions.ToByteArray(message));
            File.Move(written, file, overwrite: true);
        }
    }

    /// <summary>Writes over one of this topology's nodes, with nothing as a disk that was full does.</summary>
    public Task WriteAsync(string directory, string content = "") => File.WriteAllTextAsync(Path.Join(Root, directory, Identity.Name), content);

    /// <summary>Takes one of this topology's nodes away.</summary>
    public void Remove(string directory) => File.Delete(Path.Join(Root, directory, Identity.Name));

    public async ValueTask DisposeAsync()
    {
        Hold?.TrySetResult();
        await _ending.CancelAsync();
        await Task.WhenAny(_manager);
        await _operations.DisposeAsync();
        Instance.Dispose();
        await State.DisposeAsync();
        _transport.Dispose();
        _ending.Dispose();
        Scratch.Delete(_folder);
    }

    private T Get<T>()
        where T : notnull => _operations.GetRequiredService<T>();

    private async Task RegisterAsync(IReadOnlyDictionary<string, string>? settings, Proto.TopologyState initial)
    {
        Definition = Samples.FiveInstances(settings);
        Definition.State = initial;
        Identity = new TopologyIdentity("nomad", "ads", "devel", Definition.Name, Definition.Id);
        FirstPlan = new RoundRobinPacking().Pack(Definition, HeronConfig.Empty).ToProto();
        Scheduler.Start(Identity, FirstPlan.ContainerPlans.Select(c => c.Id).Prepend(0));
        await State.RegisterTopologyAsync(
            new TopologyRegistration(
                Definition,
                FirstPlan,
                new Proto.ExecutionState
                {
                    TopologyName = Identity.Name,
                    TopologyId = Identity.Id,
                    Cluster = Identity.Cluster,
                    Role = Identity.Role,
                    Environ = Identity.Environment,
                    SubmissionUser = "alice",
                    SubmissionTime = 1714557600,
                }),
            CancellationToken.None);
    }

    private async Task RunManagerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var packing = (await _core.GetPackingPlanAsync(Identity.Name, cancellationToken))!;
            var manager = new TopologyManager(_core, packing, Identity.Id) { PlanIsKnown = () => PlanIsKnown };
            using var controller = new Controller(
                manager, _port, () => Interlocked.Increment(ref _crashes), _requests.Enqueue);
            using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var serving = controller.RunAsync(life.Token);
            await _core.PublishLocationAsync(
                new Proto.TManagerLocation
                {
                    TopologyName = Identity.Name,
                    TopologyId = Identity.Id,
                    Host = "127.0.0.1",
                    ControllerPort = _port,
                    ServerPort = 1,
                },
                cancellationToken);
            await manager.LoadAsync(Identity.Name, cancellationToken);
            var registering = RegisterAllAsync(manager, packing, life.Token);
            await _core.WaitForOtherPlanAsync(Identity.Name, packing, cancellationToken);
            await _core.DeletePhysicalPlanAsync(Identity.Name, cancellationToken);
            await life.CancelAsync();
            await Task.WhenAny(serving);
            await Task.WhenAny(registering);
            controller.Dispose();
            while (ManagerStaysAway)
            {
                await Task.Delay(5, cancellationToken);
            }
        }
    }

    private async Task RegisterAllAsync(TopologyManager manager, Proto.PackingPlan packing, CancellationToken cancellationToken)
    {
        if (Hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken);
        }

        foreach (var container in packing.ContainerPlans)
        {
            while (!Scheduler.Containers.Contains(container.Id))
            {
                await Task.Delay(5, cancellationToken);
            }

            await manager.AddAsync(StreamRegistration.Of(container, 1, 1), cancellationToken);
        }
    }
}
