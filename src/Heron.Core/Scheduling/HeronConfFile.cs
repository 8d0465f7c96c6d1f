// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Core.Scheduling;

/// <summary>
/// Brings a configuration file of one family of releases to the names of another: the package of Heron's classes, and
/// the topology manager, which was called master until 0.20.3. So one set of templates serves every core, and an
/// operator's templates survive an upgrade. A file that has the right names already stays as it is, byte for byte;
/// so do comments and everything that is no name of Heron's, such as paths.
/// </summary>
public static partial class HeronConfFile
{
    /// <summary>The text of a YAML file of <c>heron-conf</c> as a generation of heron-core reads it.</summary>
    public static string Translate(string yaml, HeronCoreGeneration core)
    {
        var lines = yaml.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].AsSpan().TrimStart().StartsWith("#"))
            {
                lines[i] = Line(lines[i], core);
            }
        }

        return string.Join('\n', lines);
    }

    private static string Line(string line, HeronCoreGeneration core)
    {
        line = ClassName().Replace(line, match => core.ClassNamePrefix + Manager(match.Groups[1].Value, core));
        line = Key().Replace(line, match => match.Groups[1].Value + KeyName(match.Groups[2].Value, core));
        return SinkInList().Replace(line, match => match.Groups[1].Value + Manager(match.Groups[2].Value, core));
    }

    private static string Manager(string name, HeronCoreGeneration core) => core.IsMaster
        ? name.Replace("tmanager", "tmaster", StringComparison.Ordinal).Replace("TManager", "TMaster", StringComparison.Ordinal)
        : name.Replace("tmaster", "tmanager", StringComparison.Ordinal).Replace("TMaster", "TManager", StringComparison.Ordinal);

    private static string KeyName(string key, HeronCoreGeneration core)
    {
        var name = Manager(key, core);
        return (core.IsMaster, name) switch
        {
            (true, "heron.tmaster.network.server.options.maximum.packet.mb") => "heron.tmaster.network.master.options.maximum.packet.mb",
            (false, "heron.tmanager.network.master.options.maximum.packet.mb") => "heron.tmanager.network.server.options.maximum.packet.mb",
            (true, "heron.streammgr.client.reconnect.tmaster.max.attempts") when !core.HasMetricsCacheManagerMode =>
                "heron.streammgr.client.reconnect.max.attempts",
            _ => name,
        };
    }

    [GeneratedRegex(@"\b(?:com\.twitter|org\.apache)\.heron((?:\.[A-Za-z_]\w*)+)", RegexOptions.CultureInvariant)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^(\s*)([A-Za-z][\w.-]*)(?=\s*:)", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"^(\s*-\s+)(tmanager-sink|tmaster-sink)(?=\s*$)", RegexOptions.CultureInvariant)]
    private static partial Regex SinkInList();
}
