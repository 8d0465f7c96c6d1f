using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Gathers what the page of the server shows.</summary>
internal sealed class ServerSource(
    IStateManager state, IScheduler scheduler, ServerConfiguration configuration, TimeProvider time)
{
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
            Heap = GC.GetTotalMemory(forceFullCollection: false),
            WorkingSet = Environment.WorkingSet,
        };
    }

    private static IReadOnlyList<SettingView> Settings(ServerConfiguration configuration)
    {
        var effective = configuration.Base.Local;
        return [.. effective.Values.Keys.Order(StringComparer.Ordinal).Select(key =>
            new SettingView(key, SecretMask.Of(key, effective.GetString(key) ?? ""))
            {
                Origin = configuration.Sources.ServerSettings.ContainsKey(key) ? "this server"
                    : configuration.Sources.Overrides.Any(o => o.Key == key) ? "-D"
                    : configuration.IsSet(key) ? "template"
                    : "default",
            })];
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
