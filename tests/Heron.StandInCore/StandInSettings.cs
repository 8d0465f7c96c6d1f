// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Heron.StandInCore;

/// <summary>
/// How this core behaves, from <c>heron-core/stand-in.json</c>: a test writes it into the package. The delays stand for
/// those of the real daemons, which are too long for tests.
/// </summary>
public sealed record StandInSettings
{
    /// <summary>Whether flags are those of 0.17 (unknown ones ignored) or of 0.20.5 (unknown ones refused).</summary>
    public bool IsOld { get; init; }

    /// <summary>Pause of the executor before it starts a topology manager again that has ended; 10 s in real life.</summary>
    public int RestartDelayMs { get; init; } = 100;

    /// <summary>The topology manager's ZooKeeper session; 30 s in real life.</summary>
    public int SessionTimeoutMs { get; init; } = 5000;

    /// <summary>How long the topology manager takes from writing its plan to knowing it.</summary>
    public int PlanDelayMs { get; init; } = 50;

    /// <summary>How long a container takes to stop.</summary>
    public int StopDelayMs { get; init; }

    /// <summary>How often instances write a line into their logs; 0 for never.</summary>
    public int LogEveryMs { get; init; }

    /// <summary>Where containers write down what happens to them.</summary>
    public string RecordFolder { get; init; } = ".";

    /// <summary>State directory of the topology manager's location.</summary>
    public string TManagerDirectory => IsOld ? "tmasters" : "tmanagers";

    /// <summary>Reads the file in the container's working directory.</summary>
    public static StandInSettings Read()
    {
        const string Path = "heron-core/stand-in.json";
        return File.Exists(Path)
            ? JsonSerializer.Deserialize<StandInSettings>(File.ReadAllText(Path)) ?? new StandInSettings()
            : throw new RefusedException($"{Path} is not there: the core package was not unpacked in {Environment.CurrentDirectory}");
    }
}
