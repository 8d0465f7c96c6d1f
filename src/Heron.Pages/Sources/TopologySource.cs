using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Exclusion;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Gathers what the pages show of topologies.</summary>
internal sealed class TopologySource(
    IStateManager state, IScheduler scheduler, IExclusion exclusion, FigureSource figures, RateBoard rates, TimeProvider time)
{
    private const int MaxReadsAtOnce = 16;

    // A page is shown without a part that takes longer.
    private static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly ShortMemory<IReadOnlyList<ContainerStatus>> _scheduled = new(time, TimeSpan.FromSeconds(1), AnswerLimit);

    // Instances report once a minute.
    private readonly ShortMemory<IReadOnlyDictionary<string, ComponentNumbers>> _numbers = new(time, TimeSpan.FromSeconds(10), AnswerLimit);
    private readonly ShortMemory<IReadOnlyList<PlotView>> _plots = new(time, TimeSpan.FromSeconds(10), AnswerLimit);
    private readonly ShortMemory<IReadOnlyList<ExceptionView>> _exceptions = new(time, TimeSpan.FromSeconds(10), AnswerLimit);

    /// <summary>Every topology.</summary>
    /// <exception cref="HeronException">The state cannot be read.</exception>
    public async Task<IReadOnlyList<TopologyLine>> ListAsync(CancellationToken cancellationToken)
    {
        var names = await state.ListTopologiesAsync(cancellationToken);
        var lines = new TopologyLine?[names.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, names.Count, options, async (i, token) => lines[i] = await LineAsync(names[i], token));
        return [.. lines.OfType<TopologyLine>()];
    }

    /// <summary>The rates of lines that are about to be shown.</summary>
    public IReadOnlyList<TopologyLine> WithRates(IReadOnlyList<TopologyLine> lines) =>
        [.. lines.Select(l => l.Condition.Mood == Mood.Busy
            ? l
            : l with { Rates = rates.Of(new TopologyIdentity(l.Cluster, l.Role, l.Environment, l.Name, l.Id)) })];

    /// <summary>One topology.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>: there is none of this name.</exception>
    public async Task<TopologyView> FindAsync(string name, CancellationToken cancellationToken)
    {
        var execution = await ExecutionAsync(name, cancellationToken);
        var definition = state.GetTopologyAsync(name, cancellationToken);
        var packing = state.GetPackingPlanAsync(name, cancellationToken);
        var physical = state.GetPhysicalPlanAsync(name, cancellationToken);
        var location = state.GetSchedulerLocationAsync(name, cancellationToken);
        var manager = state.GetTManagerLocationAsync(name, cancellationToken);
        await Task.WhenAll(definition, packing, physical, location, manager);
        var identity = IdentityOf(execution);
        var running = await physical;
        var graph = running?.Topology ?? await definition;
        int[] planned = [0, .. (await packing)?.ContainerPlans.Select(c => c.Id) ?? []];
        var scheduled = PartAsync(
            "The scheduler", () => _scheduled.GetAsync(name, token => scheduler.Inspector.InspectAsync(identity, planned, token)), cancellationToken);
        var numbers = running is null || graph is null
            ? new Part<IReadOnlyDictionary<string, ComponentNumbers>>(null, null)
            : await PartAsync(
                "The topology manager",
                () => _numbers.GetAsync(name, token => figures.NumbersAsync(identity, SubmittedAt(execution), token)),
                cancellationToken);
        var view = new TopologyView
        {
            Name = execution.TopologyName,
            Id = execution.TopologyId,
            Cluster = execution.Cluster,
            Role = execution.Role,
            Environment = execution.Environ,
            Owner = execution.SubmissionUser,
            Submitted = SubmittedAt(execution),
            Release = execution.ReleaseState?.ReleaseVersion ?? "",
            Condition = ConditionOf(running),
            IsPaused = running?.Topology.State is { } now ? now == TopologyState.Paused : null,
            Components = graph is null ? [] : LogicalPlan.Components(graph, numbers.Value),
            Streams = graph is null ? [] : LogicalPlan.Streams(graph, numbers.Value),
            FiguresProblem = numbers.Problem,
            Containers = ContainerMap.Of(await packing, running, (await scheduled).Value),
            Busy = (await exclusion.HolderOfAsync(name, cancellationToken))?.ToString(),
            SchedulerPages = [.. (await location)?.JobPageLink ?? []],
            Manager = await manager is { } m ? $"{m.Host}:{m.ControllerPort}" : null,
        };
        return view with
        {
            Condition = Diagnosis.Judge(view.Condition, view.Containers),
            Troubles = Diagnosis.Of(view, (await scheduled).Problem),
        };
    }

    /// <summary>The settings of a topology and of its components, as they run.</summary>
    public async Task<IReadOnlyList<SettingGroup>> SettingsAsync(string name, CancellationToken cancellationToken) =>
        await GraphAsync(name, cancellationToken) is { } topology ? LogicalPlan.Settings(topology) : [];

    /// <summary>Figures over time.</summary>
    /// <param name="name">Of which topology.</param>
    /// <param name="component">Of which component's instances; empty for all components.</param>
    /// <param name="minutes">How far back.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Part<IReadOnlyList<PlotView>>> PlotsAsync(
        string name, string component, int minutes, CancellationToken cancellationToken) => PartAsync(
        "The topology manager",
        () => _plots.GetAsync($"{name} {minutes} {component}", async token =>
            await GraphAsync(name, token) is { } topology
                ? await figures.PlotsAsync(IdentityOf(await ExecutionAsync(name, token)), topology, component, minutes, token)
                : []),
        cancellationToken);

    /// <summary>Exceptions of all components.</summary>
    public Task<Part<IReadOnlyList<ExceptionView>>> ExceptionsAsync(string name, CancellationToken cancellationToken) => PartAsync(
        "The topology manager",
        () => _exceptions.GetAsync(name, async token =>
            await figures.ExceptionsAsync(IdentityOf(await ExecutionAsync(name, token)), token)),
        cancellationToken);

    private static TopologyIdentity IdentityOf(ExecutionState execution) => new(
        execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);

    private static DateTimeOffset? SubmittedAt(ExecutionState execution) =>
        execution.HasSubmissionTime ? DateTimeOffset.FromUnixTimeSeconds(execution.SubmissionTime) : null;

    private static Condition ConditionOf(PhysicalPlan? physical) => physical?.Topology.State switch
    {
        TopologyState.Running => new Condition("RUNNING", Mood.Good),
        TopologyState.Paused => new Condition("PAUSED", Mood.Idle),
        TopologyState.Killed => new Condition("KILLED", Mood.Idle),
        _ => new Condition("STARTING", Mood.Busy, "The topology manager has not written its physical plan yet"),
    };

    private Task<Part<T>> PartAsync<T>(string what, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class => Part.OfAsync<T>(what, async _ => await ask(), PartLimit, time, cancellationToken);

    private async Task<TopologyLine?> LineAsync(string name, CancellationToken cancellationToken)
    {
        if (await state.GetExecutionStateAsync(name, cancellationToken) is not { } execution)
        {
            return null;
        }

        var packing = state.GetPackingPlanAsync(name, cancellationToken);
        var physical = await state.GetPhysicalPlanAsync(name, cancellationToken);
        var wanted = (await packing)?.ContainerPlans.Count;
        return new TopologyLine(
            execution.TopologyName,
            execution.TopologyId,
            execution.Cluster,
            execution.Role,
            execution.Environ,
            execution.SubmissionUser,
            SubmittedAt(execution),
            ConditionOf(physical))
        {
            Up = physical?.Stmgrs.Count,
            Wanted = wanted,
        };
    }

    private async Task<ExecutionState> ExecutionAsync(string name, CancellationToken cancellationToken) =>
        await state.GetExecutionStateAsync(name, cancellationToken)
        ?? throw new HeronException(FaultKind.NotFound, $"There is no topology named {ShownText.Of(name)}");

    private async Task<Topology?> GraphAsync(string name, CancellationToken cancellationToken) =>
        (await state.GetPhysicalPlanAsync(name, cancellationToken))?.Topology ?? await state.GetTopologyAsync(name, cancellationToken);
}
