// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Heron.Core.Configuration;

/// <summary>The configuration that a server was started with; immutable. Each request gets its own view of it.</summary>
public sealed class ServerConfiguration
{
    private const string ServerFilePrefix = "heron.config.file.";

    private readonly HeronConfig _scheduler;
    private readonly FrozenDictionary<string, string> _origins;
    private readonly TokenSubstitution _substitution;

    internal ServerConfiguration(
        ConfigurationSources sources,
        HeronConfig raw,
        HeronConfig scheduler,
        IEnumerable<KeyValuePair<string, string>> origins,
        TokenSubstitution substitution)
    {
        Sources = sources;
        Raw = raw;
        _scheduler = scheduler;
        _origins = origins.ToFrozenDictionary(StringComparer.Ordinal);
        _substitution = substitution;
        Base = new EffectiveConfig(substitution.Expand(raw), substitution.ExpandInCluster(raw));
    }

    /// <summary>Where it came from.</summary>
    public ConfigurationSources Sources { get; }

    /// <summary>As loaded, tokens not replaced.</summary>
    public HeronConfig Raw { get; }

    /// <summary>
    /// Without any request: tokens such as <c>${ROLE}</c> stay. What the server itself needs at start (state manager, package
    /// folder, scheduler address) is in the local view.
    /// </summary>
    public EffectiveConfig Base { get; }

    /// <summary>Whether a template file, the release file, a <c>-D</c> value or the server set a key; defaults do not count.</summary>
    public bool IsSet(string key) => _origins.ContainsKey(key);

    /// <summary>Where a setting comes from, in words: a file's path, <c>-D</c>, this server, or <c>default</c>.</summary>
    public string OriginOf(string key) => _origins.GetValueOrDefault(key, "default");

    /// <summary>What the release file says, for <c>GET /api/v1/version</c>: every setting under <c>heron.build</c>, by name.</summary>
    public IReadOnlyDictionary<string, string> Release => new SortedDictionary<string, string>(
        Raw.Values
            .Where(pair => pair.Value is not null && pair.Key.Contains("heron.build", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => Raw.GetString(pair.Key)!),
        StringComparer.Ordinal);

    /// <summary>
    /// The same with settings that the server makes up for itself (see <see cref="ConfigurationSources.ServerSettings"/>) and
    /// knows only after it has started to listen. No file is read again.
    /// </summary>
    /// <exception cref="HeronException">A value cannot be expanded.</exception>
    public ServerConfiguration With(IReadOnlyDictionary<string, object?> serverSettings) => new(
        Sources with { ServerSettings = serverSettings },
        Raw.With(serverSettings),
        _scheduler.With(serverSettings),
        _origins
            .Where(origin => !serverSettings.ContainsKey(origin.Key))
            .Concat(serverSettings.Keys.Select(key => KeyValuePair.Create(key, ConfigurationLoader.OwnOrigin))),
        _substitution);

    /// <summary>The configuration of one request.</summary>
    /// <param name="requestKeys">
    /// What the request itself says, under Heron's keys: cluster, role, environment, topology name and id, user, dry run.
    /// </param>
    /// <param name="formOverrides">
    /// Settings in the request's form, without request flags (see <see cref="RequestFlags"/>). They win over the server's, but
    /// not over <paramref name="requestKeys"/>: a form cannot pretend to be another topology. Nor can it name files for the
    /// server to read: such settings do not count here.
    /// </param>
    /// <returns>
    /// The local view, the same for nodes, the cluster view, and what the executor's command line is made of. In the last two, form overrides
    /// count only for keys that neither the defaults nor the server know, as in the reference; containers get the others from
    /// <c>override.yaml</c> in their package.
    /// </returns>
    /// <exception cref="HeronException">A value cannot be expanded.</exception>
    public EffectiveConfig ForRequest(
        IEnumerable<KeyValuePair<string, object?>> requestKeys, IEnumerable<KeyValuePair<string, string>> formOverrides)
    {
        var raw = Raw
            .With(formOverrides.Where(IsOpen).Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)))
            .With(requestKeys);
        var local = _substitution.Expand(raw);
        var onNode = new TokenSubstitution(Sources.Environment with { Home = HostEnvironment.NodeHome });
        var node = onNode.Expand(raw);
        var cluster = _substitution.ExpandInCluster(local.With(_scheduler.Values));
        return new EffectiveConfig(local, cluster)
        {
            Node = node,
            Executor = onNode.ExpandInCluster(node.With(_scheduler.Values))
                .With([new(ConfigKeys.StatemgrRootPath, cluster.Get(ConfigKeys.StatemgrRootPath))]),
        };
    }

    private static bool IsOpen(KeyValuePair<string, string> setting) =>
        setting.Key != ConfigKeys.HeronConf && !setting.Key.StartsWith(ServerFilePrefix, StringComparison.Ordinal);
}
