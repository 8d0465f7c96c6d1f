// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations;
using Heron.Operations.Describe;
using Heron.Operations.Kill;
using Heron.Pages.Text;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Gathers what the pages show of topologies.</summary>
internal sealed class TopologySource(
    IStateManager state,
    TopologyCatalog catalog,
    PackageFinder packages,
    IPackageStore store,
    HistorySource history,
    FigureSource figures,
    RateBoard rates,
    TimeProvider time)
{
    // A page is shown without a part that takes longer.
    private static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    // Instances report once a minute.
    private readonly ShortMemory<IReadOnlyDictionary<string, ComponentNumbers>> _numbers = new(time, TimeSpan.FromSeconds(10), AnswerLimit);
    private readonly ShortMemory<IReadOnlyList<PlotView>> _plots = new(time, TimeSpan.FromSeconds(10), AnswerLimit);
    private readonly ShortMemory<IReadOnlyList<ExceptionView>> _exceptions = new(time, TimeSpan.FromSeconds(10), AnswerLimit);

    /// <summary>Every topology, and why the list may be behind, or null.</summary>
    /// <exception cref="HeronException">The state has never been read.</exception>
    public async Task<(IReadOnlyList<TopologyLine> Lines, string? Behind)> ListAsync(CancellationToken cancellationToken)
    {
        var list = await catalog.ListAsync(new TopologyQuery(), cancellationToken);
        return ([.. list.Topologies.Select(LineOf)], Behind(list.Stale, "The state store") ?? Behind(list.SchedulerStale, "The scheduler"));
    }

    /// <summary>The rates of lines that are about to be shown.</summary>
    public IReadOnlyList<TopologyLine> WithRates(IReadOnlyList<TopologyLine> lines) =>
        [.. lines.Select(l => l.Condition.Mood == Mood.Busy || l.IsLost
            ? l
            : l with { Rates = rates.Of(new TopologyIdentity(l.Cluster, l.Role, l.Environment, l.Name, l.Id)) })];

    /// <summary>One topology.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="visible">Which topologies whoever asks may see; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>: there is none of this name.</exception>
    public async Task<TopologyView> FindAsync(string name, Func<TopologyAddress, bool>? visible, CancellationToken cancellationToken)
    {
        var (snapshot, about) = await catalog.LookAsync(name, visible, cancellationToken);
        var running = snapshot.PhysicalPlan.Value;
        var graph = running?.Topology ?? snapshot.Definition.Value;
        var submitted = snapshot.ExecutionState.Value is { } execution ? SubmittedAt(execution) : null;
        var numbers = running is null || snapshot.ExecutionState.Value is null
            ? new Part<IReadOnlyDictionary<string, ComponentNumbers>>(null, null)
            : await PartAsync(
                "The topology manager",
                () => _numbers.GetAsync(name, token => figures.NumbersAsync(IdentityOf(snapshot.ExecutionState.Value), submitted, token)),
                cancellationToken);
        var view = new TopologyView
        {
            Name = about.Name,
            Id = about.Id,
            Cluster = about.Cluster,
            Role = about.Role,
            Environment = about.Environment,
            Owner = about.User,
            Submitted = submitted,
            Release = about.Release.Version,
            Condition = Conditions.Of(about.State, about.HeronState, about.Reason),
            IsPaused = about.HeronState is { } word ? word == TopologyWords.Paused : null,
            Components = graph is null ? [] : LogicalPlan.Components(graph, numbers.Value),
            Streams = graph is null ? [] : LogicalPlan.Streams(graph, numbers.Value),
            FiguresProblem = numbers.Problem,
            Containers = ContainerMap.Of(about),
            Events = history.Of(about.Name, few: true),
            Busy = about.Busy,
            Steps = [.. (about.Steps ?? []).Select(s => new StepView(s.Text, s.State == "DONE", s.State == "RUNNING", s.Since))],
            SchedulerPages = about.SchedulerPages,
            Manager = about.Manager is { } m ? $"{m.Host}:{m.ControllerPort}" : null,
        };
        return view with { Troubles = Diagnosis.Of(view, about) };
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

    /// <summary>What its containers fetch.</summary>
    public Task<Part<PackageView>> PackageAsync(string name, CancellationToken cancellationToken) => Part.OfAsync<PackageView>(
        "The scheduler",
        async token =>
        {
            var identity = IdentityOf(await ExecutionAsync(name, token));
            return await packages.FindAsync(identity, token) is { } found
                ? new PackageView(SecretMask.In(found.Uri), found.Sha256, store.TopologyIdOf(found.Uri) is not null)
                : null;
        },
        PartLimit,
        time,
        cancellationToken);

    private static TopologyIdentity IdentityOf(ExecutionState execution) => new(
        execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);

    private static DateTimeOffset? SubmittedAt(ExecutionState execution) =>
        execution.HasSubmissionTime ? DateTimeOffset.FromUnixTimeSeconds(execution.SubmissionTime) : null;

    private static TopologyLine LineOf(TopologySummary summary) => new(
        summary.Name,
        summary.Id,
        summary.Cluster,
        summary.Role,
        summary.Environment,
        summary.User,
        summary.Submitted > 0 ? DateTimeOffset.FromUnixTimeSeconds(summary.Submitted) : null,
        Conditions.Of(summary.State, summary.HeronState, summary.Reason))
    {
        IsLost = summary.State == TopologyWords.Lost,
        Up = summary.Containers?.Running,
        Wanted = summary.Containers?.Wanted,
    };

    private static string? Behind(StaleDescription? stale, string what) =>
        stale is null ? null : $"{what} has not answered since {Shown.Moment(stale.Since)}, so this is how it was then: {stale.Reason}";

    private Task<Part<T>> PartAsync<T>(string what, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class => Part.OfAsync<T>(what, async _ => await ask(), PartLimit, time, cancellationToken);

    private async Task<ExecutionState> ExecutionAsync(string name, CancellationToken cancellationToken) =>
        (await state.View.GetAsync(cancellationToken)).Find(name)?.ExecutionState.Value
        ?? throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(name)}' does not exist");

    private async Task<Topology?> GraphAsync(string name, CancellationToken cancellationToken)
    {
        var topology = (await state.View.GetAsync(cancellationToken)).Find(name);
        return topology?.PhysicalPlan.Value?.Topology ?? topology?.Definition.Value;
    }
}
