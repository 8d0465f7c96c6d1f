// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration.Yaml;

namespace Heron.Core.Configuration;

/// <summary>Reads the files of a configuration template.</summary>
internal static class TemplateFiles
{
    // Later files win over earlier ones; the order is the reference's.
    private static readonly string[] Keys =
    [
        ConfigKeys.ClusterYaml,
        ConfigKeys.ClientYaml,
        ConfigKeys.HealthmgrYaml,
        ConfigKeys.PackingYaml,
        ConfigKeys.SchedulerYaml,
        ConfigKeys.StatemgrYaml,
        ConfigKeys.UploaderYaml,
        ConfigKeys.DownloaderYaml,
        ConfigKeys.StatefulYaml,
    ];

    /// <summary>What the template's files set, each where the defaults put it. Files that are not there set nothing.</summary>
    /// <param name="paths">A configuration whose paths are expanded.</param>
    /// <param name="origins">Gets, for each setting, the path of the file that it is from.</param>
    /// <exception cref="HeronException">A file cannot be read or is not a YAML mapping; all such files are named.</exception>
    internal static YamlMap Read(HeronConfig paths, IDictionary<string, string>? origins = null)
    {
        var all = new YamlMap();
        var faults = new List<string>();
        foreach (var key in Keys)
        {
            try
            {
                foreach (var (name, value) in ReadFile(paths.GetString(key)))
                {
                    all[name] = value;
                    origins?[name] = paths.GetString(key)!;
                }
            }
            catch (HeronException fault)
            {
                faults.Add(fault.Message);
            }
        }

        return faults.Count == 0 ? all : throw new HeronException(FaultKind.Invalid, string.Join('\n', faults));
    }

    /// <summary>What one file sets; nothing when it is null or not there.</summary>
    /// <exception cref="HeronException">It cannot be read or is not a YAML mapping.</exception>
    internal static YamlMap ReadFile(string? path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            if (new FileInfo(path).Length > YamlReader.MaximumLength * 4L)
            {
                throw new HeronException(FaultKind.Invalid, $"{path}: larger than {YamlReader.MaximumLength} characters");
            }

            return YamlReader.ReadMap(File.ReadAllText(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"{path} cannot be read: {fault.Message}", fault);
        }
    }
}
