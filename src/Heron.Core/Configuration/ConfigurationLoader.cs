// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>Loads the configuration of a server: defaults, then template files, release file, <c>-D</c> values, server settings.</summary>
public static class ConfigurationLoader
{
    /// <summary>The origin of what the server makes up for itself.</summary>
    public const string OwnOrigin = "this server";

    /// <summary>The origin of what goes over the files.</summary>
    public const string OverrideOrigin = "-D";

    private const string LocalHeronHome = "~/.heron";

    /// <summary>Loads everything once; nothing is read again for a request.</summary>
    /// <exception cref="HeronException">
    /// A file is broken, or a value cannot be expanded. The message has one line for each broken file.
    /// </exception>
    public static ServerConfiguration Load(ConfigurationSources sources)
    {
        var substitution = new TokenSubstitution(sources.Environment);
        var isLocal = sources.Cluster.Equals("local", StringComparison.OrdinalIgnoreCase);
        var home = isLocal ? LocalHeronHome : DefaultOf(ConfigKeys.HeronClusterHome);
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var template = Layer(substitution, home, sources.TemplateDirectory, origins);
        var release = TemplateFiles.ReadFile(sources.ReleaseFile);
        Note(origins, release.Keys, sources.ReleaseFile ?? "");
        Note(origins, sources.Overrides.Keys, OverrideOrigin);
        Note(origins, sources.ServerSettings.Keys, OwnOrigin);
        var explicitValues = Merge(template.Files, release, sources.Overrides.Select(AsValue), sources.ServerSettings);
        var raw = new HeronConfig(template.Defaults).With(explicitValues);
        var local = substitution.Expand(raw);

        // The scheduler of the reference loads the configuration a second time, from wherever the first load says that
        // Heron and its configuration are, without the release file. What that gives reaches the executor.
        var again = Layer(
            substitution, local.GetString(ConfigKeys.HeronHome, home), local.GetString(ConfigKeys.HeronConf, sources.TemplateDirectory));
        var scheduler = new HeronConfig(again.Defaults)
            .With(Merge(again.Files, sources.Overrides.Select(AsValue), sources.ServerSettings));
        return new ServerConfiguration(sources, raw, scheduler, origins, substitution);
    }

    private static void Note(Dictionary<string, string> origins, IEnumerable<string> keys, string origin)
    {
        foreach (var key in keys)
        {
            origins[key] = origin;
        }
    }

    private static (Dictionary<string, object?> Defaults, IEnumerable<KeyValuePair<string, object?>> Files) Layer(
        TokenSubstitution substitution, string home, string configurationDirectory, IDictionary<string, string>? origins = null)
    {
        var defaults = new Dictionary<string, object?>(ConfigDefaults.Values, StringComparer.Ordinal)
        {
            [ConfigKeys.HeronHome] = home,
            [ConfigKeys.HeronConf] = configurationDirectory,
        };
        return (defaults, TemplateFiles.Read(substitution.Expand(new HeronConfig(defaults)), origins));
    }

    private static Dictionary<string, object?> Merge(params IEnumerable<KeyValuePair<string, object?>>[] layers)
    {
        var merged = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in layers.SelectMany(layer => layer))
        {
            merged[key] = value;
        }

        return merged;
    }

    private static KeyValuePair<string, object?> AsValue(KeyValuePair<string, string> pair) => new(pair.Key, pair.Value);

    private static string DefaultOf(string key) =>
        (string)ConfigDefaults.All.Single(candidate => candidate.Name == key).Default!;
}
