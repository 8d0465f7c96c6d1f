using System.Collections.Frozen;
using System.Text;
using Heron.Core.Configuration.Yaml;

namespace Heron.Core.Configuration;

/// <summary>
/// Settings that only the server itself may know. Its configuration travels into every topology package, and whoever
/// reaches the server may download packages, so these lines stay behind.
/// </summary>
public static class ServerSecrets
{
    /// <summary>The keys.</summary>
    public static FrozenSet<string> Keys { get; } = FrozenSet.ToFrozenSet(
        [
            "heron.nomad.token", "heron.nomad.http.auth", "heron.uploader.s3.access_key", "heron.uploader.s3.secret_key",
            // May hold user and password.
            "heron.uploader.s3.proxy_uri",
        ],
        StringComparer.Ordinal);

    /// <summary>The text of a configuration file without the secrets at its top level; all else stays byte for byte.</summary>
    public static string Without(string yaml)
    {
        var kept = new StringBuilder(yaml.Length);
        var dropping = false;
        foreach (var line in yaml.Split('\n'))
        {
            // A value may go on in the lines below its key: indented, or empty inside a block of text.
            var goesOn = line.Length > 0 && line[0] is ' ' or '\t' or '\r';
            dropping = IsSecret(line) || (dropping && goesOn);
            if (!dropping)
            {
                kept.Append(line).Append('\n');
            }
        }

        // Split gave one part more than there are line ends.
        kept.Length = Math.Max(0, kept.Length - 1);
        return WithoutOtherNotations(kept.ToString());
    }

    // Lines do not show the keys of "{key: value}" or "? key": a file that has secrets in such a notation is written anew.
    private static string WithoutOtherNotations(string yaml)
    {
        if (!Keys.Any(key => yaml.Contains(key, StringComparison.Ordinal)))
        {
            return yaml;
        }

        try
        {
            return YamlReader.Read(yaml, "a configuration file") is YamlMap map && map.Keys.Any(Keys.Contains)
                ? YamlWriter.Write(new YamlMap(map.Where(setting => !Keys.Contains(setting.Key))))
                : yaml;
        }
        catch (HeronException)
        {
            // No YAML, so the key is in no place from which a container or anybody else reads a setting.
            return yaml;
        }
    }

    private static bool IsSecret(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Keys.Contains(line[..colon].Trim().Trim('"', '\''));
    }
}
