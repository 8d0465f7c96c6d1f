// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Update;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.ApiServer.Composition;

/// <summary>The parts that a configuration names.</summary>
/// <param name="StateManager">What keeps state; null when the name is missing or unknown.</param>
/// <param name="Scheduler">What runs containers, likewise.</param>
/// <param name="Uploader">What publishes packages, likewise.</param>
internal sealed record ChosenParts(IPart<IStateManager>? StateManager, IPart<IScheduler>? Scheduler, IPart<IUploader>? Uploader)
{
    /// <summary>Looks the class names up.</summary>
    public static ChosenParts Choose(PartCatalog catalog, HeronConfig config, Findings findings) => new(
        catalog.StateManagers.Choose(config, findings),
        catalog.Schedulers.Choose(config, findings),
        catalog.Uploaders.Choose(config, findings));

    /// <summary>What the parts want to be written in another way; see <see cref="IPart{TContract}.Rewrite"/>.</summary>
    public IReadOnlyDictionary<string, string> Rewrite(ServerConfiguration configuration, Findings findings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(StateManager);
        Add(Scheduler);
        Add(Uploader);
        return all;

        void Add<T>(IPart<T>? part)
            where T : class
        {
            foreach (var (key, value) in part?.Rewrite(configuration, findings) ?? new Dictionary<string, string>())
            {
                all[key] = value;
            }
        }
    }
}

/// <summary>The parts with their settings read: all that is left is to make them.</summary>
internal sealed record ServerParts(
    Func<PartTools, IStateManager> StateManager,
    Func<PartTools, IScheduler> Scheduler,
    Func<PartTools, IUploader> Uploader,
    Func<PartTools, PackingAlgorithms> Packings)
{
    /// <summary>Reads the settings of parts.</summary>
    /// <returns>Null after a mistake.</returns>
    public static ServerParts? Read(PartCatalog catalog, ChosenParts chosen, PartSettings settings, Findings findings)
    {
        var state = chosen.StateManager?.Read(settings, findings);
        var scheduler = chosen.Scheduler?.Read(settings, findings);
        var uploader = chosen.Uploader?.Read(settings, findings);
        var packings = PackingAlgorithms.Read(catalog.Packings, settings, findings);
        return state is null || scheduler is null || uploader is null || packings is null
            ? null
            : new ServerParts(state, scheduler, uploader, packings);
    }

    /// <summary>Registers the parts.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(provider => new PartTools(
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<CoreInUse>().Generation,
            provider));
        Add(services, StateManager);
        Add(services, Scheduler);
        Add(services, Uploader);
        Add(services, Packings);
        services.AddSingleton<Func<HeronConfig, IPacking>>(provider => provider.GetRequiredService<PackingAlgorithms>().Packing);
        services.AddSingleton<IRepackingSource, RepackingSource>();
    }

    private static void Add<T>(IServiceCollection services, Func<PartTools, T> make)
        where T : class => services.AddSingleton(provider => make(provider.GetRequiredService<PartTools>()));
}
