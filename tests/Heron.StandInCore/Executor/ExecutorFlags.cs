// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Heron.StandInCore.Executor;

/// <summary>The executor's command line, as strict as the real one of the release.</summary>
public sealed class ExecutorFlags
{
    private static readonly string[] Common =
    [
        "shard", "topology-name", "topology-id", "topology-defn-file", "state-manager-connection", "state-manager-root",
        "state-manager-config-file", "stmgr-binary", "metrics-manager-classpath", "instance-jvm-opts", "classpath",
        "heron-internals-config-file", "override-config-file", "component-ram-map", "component-jvm-opts", "pkg-type",
        "topology-binary-file", "heron-java-home", "shell-port", "heron-shell-binary", "metrics-manager-port", "cluster",
        "role", "environment", "instance-classpath", "metrics-sinks-config-file", "scheduler-classpath", "scheduler-port",
        "python-instance-binary", "cpp-instance-binary", "metricscache-manager-classpath",
        "metricscache-manager-stats-port", "is-stateful", "checkpoint-manager-classpath", "checkpoint-manager-port",
        "stateful-config-file", "health-manager-mode", "health-manager-classpath",
    ];

    private static readonly string[] New =
    [
        "tmanager-binary", "server-port", "tmanager-controller-port", "tmanager-stats-port",
        "metricscache-manager-server-port", "checkpoint-manager-ram",
    ];

    private static readonly string[] Old =
    [
        "tmaster-binary", "master-port", "tmaster-controller-port", "tmaster-stats-port",
        "metricscache-manager-master-port",
    ];

    private static readonly string[] Optional = ["metricscache-manager-mode", "jvm-remote-debugger-ports", "verbose-gc"];

    private readonly Dictionary<string, string> _values;
    private readonly bool _isOld;

    private ExecutorFlags(Dictionary<string, string> values, bool isOld)
    {
        _values = values;
        _isOld = isOld;
    }

    public string this[string flag] => _values[flag];

    public int Shard => Number("shard");

    public int ServerPort => Port(_isOld ? "master-port" : "server-port");

    public int ControllerPort => Port(_isOld ? "tmaster-controller-port" : "tmanager-controller-port");

    public int StatsPort => Port(_isOld ? "tmaster-stats-port" : "tmanager-stats-port");

    public string ManagerBinary => _values[_isOld ? "tmaster-binary" : "tmanager-binary"];

    /// <summary>Reads and checks.</summary>
    /// <exception cref="RefusedException">As the real executor would refuse.</exception>
    public static ExecutorFlags Parse(IReadOnlyList<string> arguments, bool isOld)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new RefusedException($"Got unexpected extra argument ({argument})");
            }

            var parts = argument[2..].Split('=', 2);
            if (parts.Length == 1 && parts[0] != "verbose-gc")
            {
                throw new RefusedException($"Option '{argument}' requires an argument.");
            }

            values[parts[0]] = parts.Length == 2 ? parts[1] : "true";
        }

        string[] required = [.. Common, .. isOld ? Old : New];
        var unknown = values.Keys.Except(required).Except(Optional).ToList();
        if (unknown.Count > 0 && !isOld)
        {
            throw new RefusedException($"No such option: --{unknown[0]}");
        }

        var missing = required.Where(r => !values.ContainsKey(r)).ToList();
        if (missing.Count > 0)
        {
            throw new RefusedException($"Missing option '--{string.Join("', '--", missing)}'.");
        }

        var flags = new ExecutorFlags(values, isOld);
        flags.CheckValues();
        return flags;
    }

    private void CheckValues()
    {
        foreach (var flag in _values.Keys.Where(k => k.EndsWith("-port", StringComparison.Ordinal)))
        {
            Port(flag);
        }

        foreach (var pair in _values["component-ram-map"].Split(','))
        {
            if (pair.Split(':') is not [_, var ram] || !long.TryParse(ram, CultureInfo.InvariantCulture, out _))
            {
                throw new RefusedException($"--component-ram-map: '{pair}' is not COMPONENT:BYTES");
            }
        }

        Decode("instance-jvm-opts");
        if (Decode("component-jvm-opts") is { Length: > 0 } json)
        {
            using var document = JsonDocument.Parse(json);
        }

        if (_values["heron-java-home"] is var java && (java.Length == 0 || java.Contains('$', StringComparison.Ordinal)))
        {
            throw new RefusedException($"--heron-java-home={java}: no such directory");
        }

        foreach (var file in new[]
        {
            "topology-defn-file", "state-manager-config-file", "heron-internals-config-file", "override-config-file",
            "metrics-sinks-config-file", "stmgr-binary", "heron-shell-binary",
        }.Select(f => _values[f]).Append(ManagerBinary))
        {
            if (!File.Exists(file))
            {
                throw new RefusedException($"[Errno 2] No such file or directory: '{file}'");
            }
        }
    }

    private string Decode(string flag)
    {
        var text = _values[flag].Trim('"').Replace("&equals;", "=", StringComparison.Ordinal);
        text = _isOld ? text : text.Replace("(61)", "=", StringComparison.Ordinal);
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw new RefusedException($"--{flag}: Incorrect padding in '{text}'");
        }
    }

    private int Port(string flag) => Number(flag) is var port and > 0 and <= 65535
        ? port
        : throw new RefusedException($"--{flag}={_values[flag]} is no port");

    private int Number(string flag) =>
        int.TryParse(_values[flag], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RefusedException($"Invalid value for '--{flag}': '{_values[flag]}' is not a valid integer.");
}
