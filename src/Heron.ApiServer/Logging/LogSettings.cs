// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Logging;

/// <summary>How the server logs.</summary>
/// <param name="Verbose">Debug lines too: <c>--verbose</c>.</param>
/// <param name="AsJson">JSON instead of text: <c>--log-format json</c>.</param>
/// <param name="File">The file to log to instead of stdout, or null: <c>--log-file</c>.</param>
public sealed record LogSettings(bool Verbose = false, bool AsJson = false, string? File = null)
{
    private static readonly (string Name, LogLevel Level)[] Names =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
        ("error", LogLevel.Error), ("off", LogLevel.None),
    ];

    private readonly LogLevel? _level;

    /// <summary>The names of the levels, from the most lines to none.</summary>
    public static IEnumerable<string> LevelNames => Names.Select(known => known.Name);

    /// <summary>The level of all categories that have none of their own: <c>--log-level LEVEL</c>, else what <see cref="Verbose"/> says.</summary>
    public LogLevel Level
    {
        get => _level ?? (Verbose ? LogLevel.Debug : LogLevel.Information);
        init => _level = value;
    }

    /// <summary>Levels of categories and all below them: <c>--log-level CATEGORY=LEVEL</c>.</summary>
    public IReadOnlyDictionary<string, LogLevel> Categories { get; init; } = new Dictionary<string, LogLevel>();

    /// <summary>A level by its name, or null.</summary>
    public static LogLevel? LevelOf(string name) =>
        Array.Find(Names, known => known.Name == name) is { Name: not null } found ? found.Level : null;

    /// <summary>The name of a level.</summary>
    public static string NameOf(LogLevel level) => Array.Find(Names, known => known.Level == level).Name;
}
