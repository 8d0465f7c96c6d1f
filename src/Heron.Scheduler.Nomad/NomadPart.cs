// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad;

/// <summary>What this room offers.</summary>
public static class NomadPart
{
    /// <summary>The scheduler.</summary>
    public static IPart<IScheduler> Scheduler { get; } = new Part<IScheduler, NomadOptions>
    {
        Name = "Nomad",
        ClassNames = ["scheduler.nomad.NomadScheduler"],
        Companions = new Dictionary<string, IReadOnlyList<string>>
        {
            [ConfigKeys.LauncherClass] = ["scheduler.nomad.NomadLauncher"],
        },
        Settings = SettingNames.In(typeof(NomadKeys), typeof(LogKeeping)),
        ReadOptions = NomadOptions.Read,
        Make = (options, tools) => new NomadScheduler(options, tools.Loggers.CreateLogger<NomadScheduler>(), tools.Time),
    };

    /// <summary>What jobs are made of: the server's own view, with the folder of containers as nodes are told it.</summary>
    internal static HeronConfig ForJobs(HeronConfig local, HeronConfig node) =>
        local.With([new(NomadKeys.WorkingDirectory, node.Get(NomadKeys.WorkingDirectory))]);
}
