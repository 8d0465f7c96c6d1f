using Heron.ApiServer.Hosting;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Operations.Update;
using Heron.Scheduler.Local;
using Heron.Scheduler.Nomad;
using Heron.State.ZooKeeper;

namespace Heron.ApiServer.Composition;

/// <summary>
/// The composition root's list: what each part is made of. Who adds a scheduler, a state manager, an uploader or an
/// algorithm adds a line here.
/// </summary>
/// <param name="parts">Which parts the configuration names.</param>
/// <param name="config">The server's own view of the configuration.</param>
internal sealed class ServerComponents(ClassNamesSelection parts, HeronConfig config)
{
    /// <summary>Registers the parts.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(StateManager);
        services.AddSingleton(Scheduler);
        services.AddSingleton(Uploader);
        services.AddSingleton<Func<HeronConfig, IPacking>>(_ => request => Packing(ClassNames.Packing(request)));
        services.AddSingleton<IRepackingSource, RepackingSource>();
    }

    /// <summary>Reads the parts' settings without making any of them, so that what is wrong shows at the start, together.</summary>
    /// <param name="mistakes">Gets a line for each part with a setting that cannot be used.</param>
    public void Check(ICollection<string> mistakes)
    {
        Try(() => _ = parts.StateManager switch
        {
            StateManagerKind.LocalFileSystem => (object)LocalFileSystemStateOptions.From(config, string.Empty),
            StateManagerKind.ZooKeeper => ZooKeeperStateOptions.From(config, string.Empty, TimeProvider.System),
            _ => throw new InvalidOperationException($"no state manager for {parts.StateManager}"),
        });
        if (parts.Scheduler == SchedulerKind.Local)
        {
            Try(() => LocalSchedulerSettings.From(config));
        }

        Try(() => HeronCoreDetector.Configured(config));

        void Try(Action read)
        {
            try
            {
                read();
            }
            catch (HeronException fault)
            {
                mistakes.Add(fault.Message);
            }
        }
    }

    /// <summary>The packing algorithm of a kind.</summary>
    public static IPacking Packing(PackingKind kind) => kind switch
    {
        PackingKind.RoundRobin => new RoundRobinPacking(),
        PackingKind.RoundRobinV2 => new RoundRobinPackingV2(),
        PackingKind.ResourceCompliantRoundRobin => new ResourceCompliantRRPacking(),
        PackingKind.FirstFitDecreasing => new FirstFitDecreasingPacking(),
        _ => throw new InvalidOperationException($"no packing algorithm for {kind}"),
    };

    private IStateManager StateManager(IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var managers = services.GetRequiredService<CoreInUse>().Generation.TManagerDirectory;
        return parts.StateManager switch
        {
            StateManagerKind.LocalFileSystem => new LocalFileSystemStateManager(
                LocalFileSystemStateOptions.From(config, managers),
                time,
                services.GetRequiredService<ILogger<LocalFileSystemStateManager>>()),
            StateManagerKind.ZooKeeper => new ZooKeeperStateManager(
                ZooKeeperStateOptions.From(config, managers, time), time, services.GetRequiredService<ILoggerFactory>()),
            _ => throw new InvalidOperationException($"no state manager for {parts.StateManager}"),
        };
    }

    private IScheduler Scheduler(IServiceProvider services) => parts.Scheduler switch
    {
        SchedulerKind.Nomad => new NomadScheduler(
            config,
            Environment.GetEnvironmentVariable,
            services.GetRequiredService<ILogger<NomadScheduler>>(),
            services.GetRequiredService<TimeProvider>()),
        SchedulerKind.Local => new LocalScheduler(
            config,
            config.GetString(ConfigKeys.Cluster, string.Empty),
            services.GetRequiredService<ILogger<LocalScheduler>>(),
            services.GetRequiredService<TimeProvider>()),
        _ => throw new InvalidOperationException($"no scheduler for {parts.Scheduler}"),
    };

    private IUploader Uploader(IServiceProvider services) => UploaderFactory.Create(
        parts.Uploader, config, services.GetRequiredService<ServerConfiguration>().Sources.Environment, services);
}
