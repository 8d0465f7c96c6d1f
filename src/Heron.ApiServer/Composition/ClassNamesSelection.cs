using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.Composition;

/// <summary>The parts that a server's configuration names.</summary>
/// <param name="Scheduler">What runs containers.</param>
/// <param name="StateManager">What keeps state.</param>
/// <param name="Uploader">What publishes packages.</param>
public sealed record ClassNamesSelection(SchedulerKind Scheduler, StateManagerKind StateManager, UploaderKind Uploader)
{
    /// <summary>Looks all class names up, those of packing too.</summary>
    /// <param name="config">The local view of the server's configuration.</param>
    /// <param name="mistakes">Gets one line for every name that is missing or unknown.</param>
    /// <returns>The selection, or null when there are mistakes.</returns>
    public static ClassNamesSelection? Select(HeronConfig config, ICollection<string> mistakes)
    {
        var before = mistakes.Count;
        var scheduler = Try(() => ClassNames.Scheduler(config));
        var launcher = Try(() => ClassNames.Launcher(config));
        var stateManager = Try(() => ClassNames.StateManager(config));
        var uploader = Try(() => ClassNames.Uploader(config));
        Try(() => ClassNames.Packing(config));
        if (config.Get(ConfigKeys.RepackingClass) is not null)
        {
            Try(() => ClassNames.Repacking(config));
        }

        if (mistakes.Count == before && scheduler != launcher)
        {
            mistakes.Add(
                $"{ConfigKeys.SchedulerClass} ({config.GetString(ConfigKeys.SchedulerClass)}) and {ConfigKeys.LauncherClass} " +
                $"({config.GetString(ConfigKeys.LauncherClass)}) do not belong together: set both to Nomad or both to Local");
        }

        return mistakes.Count == before ? new ClassNamesSelection(scheduler, stateManager, uploader) : null;

        T Try<T>(Func<T> look)
            where T : struct
        {
            try
            {
                return look();
            }
            catch (HeronException fault)
            {
                mistakes.Add(fault.Message);
                return default;
            }
        }
    }
}
