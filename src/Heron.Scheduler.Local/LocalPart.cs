// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Local;

/// <summary>What this room offers.</summary>
public static class LocalPart
{
    /// <summary>The scheduler.</summary>
    public static IPart<IScheduler> Scheduler { get; } = new Part<IScheduler, LocalSchedulerSettings>
    {
        Name = "Local",
        ClassNames = ["scheduler.local.LocalScheduler"],
        Companions = new Dictionary<string, IReadOnlyList<string>>
        {
            [ConfigKeys.LauncherClass] = ["scheduler.local.LocalLauncher"],
        },
        Settings = SettingNames.In(typeof(LocalSchedulerSettings), typeof(LogKeeping)),
        ReadOptions = LocalSchedulerSettings.Read,
        Make = (settings, tools) => new LocalScheduler(settings, tools.Loggers.CreateLogger<LocalScheduler>(), tools.Time),
    };
}
