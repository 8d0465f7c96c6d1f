using Heron.Core.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

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
            foreach (var (key, value) in Read(path))
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
            if (all.GetValueOrDefault(sink) is IDictionary<object, object?> settings
                && settings.TryGetValue("class", out var type)
                && SinkClasses.Contains(type as string))
            {
                file = settings.TryGetValue("port-file", out var named) ? named as string : null;
            }
        }

        return file;
    }

    private static Dictionary<string, object?> Read(string? path)
    {
        if (path is null || !File.Exists(path))
        {
            return [];
        }

        try
        {
            using var reader = File.OpenText(path);
            return new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(reader) ?? [];
        }
        catch (YamlException wrong)
        {
            throw new HeronException(FaultKind.Invalid, $"{path} is not a YAML file of keys and values: {wrong.Message}", wrong);
        }
    }
}
