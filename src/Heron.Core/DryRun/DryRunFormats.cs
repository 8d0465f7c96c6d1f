namespace Heron.Core.DryRun;

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
