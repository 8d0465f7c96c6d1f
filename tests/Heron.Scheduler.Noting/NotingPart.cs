// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;

namespace Heron.Scheduler.Noting;

/// <summary>What this room offers.</summary>
public static class NotingPart
{
    /// <summary>The file that gets a line for everything that is asked.</summary>
    public const string FileKey = "heron.scheduler.noting.file";

    /// <summary>The scheduler.</summary>
    public static IPart<IScheduler> Scheduler { get; } = new Part<IScheduler, string>
    {
        Name = "Noting",
        ClassNames = ["scheduler.noting.NotingScheduler"],
        Companions = new Dictionary<string, IReadOnlyList<string>>
        {
            [ConfigKeys.LauncherClass] = ["scheduler.noting.NotingLauncher"],
        },
        Settings = SettingNames.In(typeof(NotingPart)),
        ReadOptions = ReadFile,
        Make = (file, _) => new NotingScheduler(file),
    };

    private static string? ReadFile(PartSettings settings, Findings findings)
    {
        var file = settings.Config.GetString(FileKey);
        if (!Path.IsPathRooted(file))
        {
            findings.Mistake($"the setting {FileKey} must be an absolute path");
        }

        return file;
    }
}
