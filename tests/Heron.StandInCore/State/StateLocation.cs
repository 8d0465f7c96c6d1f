// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Heron.StandInCore.Executor;
using YamlDotNet.Serialization;

namespace Heron.StandInCore.State;

/// <summary>
/// Where the executor looks for the state: root and kind come from its configuration files, not from its flags, and only
/// some wildcards are known there. The C++ daemons go by the flags instead.
/// </summary>
public sealed partial record StateLocation(string Connection, string Root, bool IsZooKeeper)
{
    private const string RootKey = "heron.statemgr.root.path";
    private const string ClassKey = "heron.class.state.manager";

    /// <summary>As the executor sees it.</summary>
    public static StateLocation Of(ExecutorFlags flags)
    {
        var config = Read(flags["state-manager-config-file"]);
        foreach (var key in config.Keys.ToList())
        {
            config[key] = Replace(config[key], flags["cluster"]);
        }

        foreach (var (key, value) in Read(flags["override-config-file"]))
        {
            config[key] = value;
        }

        var root = config.GetValueOrDefault(RootKey) ?? throw new RefusedException($"{RootKey} is not set");
        var isZooKeeper = config.GetValueOrDefault(ClassKey)?.EndsWith(".CuratorStateManager", StringComparison.Ordinal)
            ?? throw new RefusedException($"{ClassKey} is not set");
        return root == flags["state-manager-root"]
            ? new StateLocation(flags["state-manager-connection"], root, isZooKeeper)
            : throw new RefusedException(
                $"the executor reads {root}, the topology manager {flags["state-manager-root"]}: they would never meet");
    }

    /// <summary>As the C++ daemons see it.</summary>
    public static StateLocation Of(string connection, string root) => new(connection, root, connection != "LOCALMODE");

    /// <summary>Opens it.</summary>
    public ICoreState Open(StandInSettings settings) => IsZooKeeper
        ? new ZooKeeperCoreState(Connection, Root, settings)
        : new LocalCoreState(Root, settings);

    private static Dictionary<string, string> Read(string file) =>
        new DeserializerBuilder().Build()
            .Deserialize<Dictionary<string, object?>?>(File.ReadAllText(file))?
            .ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "") ?? [];

    private static string Replace(string value, string cluster)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        value = value.Replace("~", home, StringComparison.Ordinal)
            .Replace("${HOME}", home, StringComparison.Ordinal)
            .Replace("${CLUSTER}", cluster, StringComparison.Ordinal);
        return Wildcard().Match(value) is { Success: true } left
            ? throw new RefusedException($"{value} contains unsupported or unset wildcard tokens: {left.Value}")
            : value;
    }

    [GeneratedRegex(@"\$\{[A-Z_]+\}")]
    private static partial Regex Wildcard();
}
