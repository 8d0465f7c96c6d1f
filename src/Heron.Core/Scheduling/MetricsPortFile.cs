// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;

namespace Heron.Core.Scheduling;

/// <summary>
/// Where a container's Prometheus sink looks for the number of its port: <c>port-file</c> of that sink in the metrics
/// sinks file, with the keys of <c>override.yaml</c> on top where there is one.
/// </summary>
public static class MetricsPortFile
{
    private static readonly string[] SinkClasses =
        ["org.apache.heron.metricsmgr.sink.PrometheusSink", "com.twitter.heron.metricsmgr.sink.PrometheusSink"];

    /// <summary>The file's name; null when no such sink is configured.</summary>
    public static string? Find(HeronConfig local)
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var path in new[] { local.GetString(ConfigKeys.MetricsYaml), local.GetString(ConfigKeys.OverrideYaml) })
        {
            foreach (var (key, value) in TemplateFiles.ReadFile(path))
            {
                all[key] = value;
            }
        }

        if (all.GetValueOrDefault("sinks") is not IEnumerable<object?> sinks)
        {
            return null;
        }

        string? file = null;
        foreach (var sink in sinks.OfType<string>())
        {
            if (all.GetValueOrDefault(sink) is YamlMap settings
                && settings.TryGetValue("class", out var type)
                && SinkClasses.Contains(type as string))
            {
                file = settings.TryGetValue("port-file", out var named) ? named as string : null;
            }
        }

        return file;
    }
}
