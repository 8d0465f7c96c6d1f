using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad;

/// <summary>What this room offers.</summary>
public static class NomadPart
{
    /// <summary>
    /// What stands at the beginning of the working directory in place of <c>${HOME}</c> and <c>~</c>, so that nobody replaces them
    /// with the home of this server: nodes have their own.
    /// </summary>
    internal const string HomeOnNode = "${NODE_HOME}";

    private static readonly string[] Homes = ["${HOME}", "~"];

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
        Rewriting = (configuration, _) =>
            configuration.Raw.GetString(NomadKeys.WorkingDirectory)?.Trim() is { } folder
            && Homes.FirstOrDefault(home => folder.StartsWith(home + "/", StringComparison.Ordinal)) is { } home
                ? new Dictionary<string, string> { [NomadKeys.WorkingDirectory] = HomeOnNode + folder[home.Length..] }
                : new Dictionary<string, string>(),
        ReadOptions = NomadOptions.Read,
        Make = (options, tools) => new NomadScheduler(options, tools.Loggers.CreateLogger<NomadScheduler>(), tools.Time),
    };

    /// <summary>A working directory as nodes read it.</summary>
    internal static string? OnNode(string? folder) => folder?.StartsWith(HomeOnNode, StringComparison.Ordinal) == true
        ? StartScript.NodeHome + folder[HomeOnNode.Length..]
        : folder;
}
