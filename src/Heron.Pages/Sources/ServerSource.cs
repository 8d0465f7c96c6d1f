// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Gathers what the page of the server shows.</summary>
internal sealed class ServerSource(
    IStateManager state, IScheduler scheduler, IPackageStore store, ServerConfiguration configuration, TimeProvider time)
{
    private const int MostPackages = 50;

    private static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(2);

    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>Looks at everything now.</summary>
    public async Task<ServerView> LookAsync(CancellationToken cancellationToken)
    {
        var stateHealth = HealthAsync("State", state, state.CheckAsync, cancellationToken);
        var schedulerHealth = HealthAsync("Scheduler", scheduler, scheduler.CheckAsync, cancellationToken);
        return new ServerView
        {
            Started = _started,
            Versions = [.. configuration.Release],
            Parts = [await stateHealth, await schedulerHealth],
            Settings = Settings(configuration),
            Packages = await PackagesAsync(cancellationToken),
            Heap = GC.GetTotalMemory(forceFullCollection: false),
            WorkingSet = Environment.WorkingSet,
        };
    }

    private static IReadOnlyList<SettingView> Settings(ServerConfiguration configuration) =>
    [
        .. configuration.Base.Local.Values.OrderBy(setting => setting.Key, StringComparer.Ordinal)
            .SelectMany(setting => SettingTexts.Of(setting.Key, setting.Value).Select(one =>
                new SettingView(one.Name, SecretMask.Of(setting.Key, SecretMask.Of(one.Name, one.Text))) { Origin = configuration.OriginOf(setting.Key) })),
    ];

    // From memory: the page asks again every other second.
    private async Task<PackageListing> PackagesAsync(CancellationToken cancellationToken)
    {
        var kept = store.Look(MostPackages);
        var names = await NamesAsync(cancellationToken);
        return new PackageListing(kept.Count, kept.Bytes, [.. kept.Largest.Select(package =>
        {
            var holder = package.TopologyId is { } id ? names?.GetValueOrDefault(id) : null;
            return new PackageLine(package.Name, package.Length, package.Stored)
            {
                By = package.By,
                Topology = holder,
                Unheld = (holder, package.TopologyId, names) switch
                {
                    ({ }, _, _) => null,
                    (_, null, _) => "uploaded",
                    (_, _, null) => "the state store is away",
                    _ => "none any more",
                },
            };
        })]);
    }

    /// <summary>The names of topologies by their ids; null while nobody knows.</summary>
    private async Task<IReadOnlyDictionary<string, string>?> NamesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var view = await state.View.GetAsync(cancellationToken);
            return view.Topologies.Where(t => t.Id is not null).DistinctBy(t => t.Id).ToDictionary(t => t.Id!, t => t.Name, StringComparer.Ordinal);
        }
        catch (HeronException)
        {
            return null;
        }
    }

    private async Task<PartHealth> HealthAsync(
        string name, object part, Func<CancellationToken, Task<string?>> check, CancellationToken cancellationToken)
    {
        var kind = part.GetType().Name;
        var answer = await Part.OfAsync<string>(name, async token => await check(token) ?? "", PartLimit, time, cancellationToken);
        return new PartHealth(name, kind, (answer.Problem, answer.Value) switch
        {
            ({ } problem, _) => new Condition("AWAY", Mood.Bad, problem),
            (_, { Length: > 0 } trouble) => new Condition("AWAY", Mood.Bad, trouble),
            _ => new Condition("ANSWERS", Mood.Good),
        });
    }
}
