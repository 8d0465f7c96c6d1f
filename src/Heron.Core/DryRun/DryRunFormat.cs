// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.DryRun;

/// <summary>How a dry run shows what would be done.</summary>
public enum DryRunFormat
{
    /// <summary>A table for each container.</summary>
    Table,

    /// <summary>The same with terminal colours; what an update removes is struck through.</summary>
    ColoredTable,

    /// <summary>The plan in one line, as the Java server logs it.</summary>
    Raw,

    /// <summary>The plan as JSON; an update shows two, with a line of text before each.</summary>
    Json,

    /// <summary>The jobs that would be registered; the scheduler writes them, not <see cref="DryRunRenderer"/>.</summary>
    Nomad,
}

/// <summary>Reads the names of formats.</summary>
public static class DryRunFormats
{
    /// <summary>
    /// <c>raw</c>, <c>table</c>, <c>colored_table</c>, <c>json</c> or <c>nomad</c> in any letter case. Anything else is the
    /// table, as in the Java server.
    /// </summary>
    public static DryRunFormat Parse(string? name) => name?.Trim().ToUpperInvariant() switch
    {
        "RAW" => DryRunFormat.Raw,
        "COLORED_TABLE" => DryRunFormat.ColoredTable,
        "JSON" => DryRunFormat.Json,
        "NOMAD" => DryRunFormat.Nomad,
        _ => DryRunFormat.Table,
    };
}
