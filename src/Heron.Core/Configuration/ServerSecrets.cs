// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
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
        var kept = new List<string>();
        var behind = new List<string>();
        var dropping = false;
        foreach (var line in yaml.Split('\n'))
        {
            if (dropping && (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')))
            {
                // The value may go on behind empty lines and comments, or may be over.
                behind.Add(line);
                continue;
            }

            // A value goes on in indented lines below its key.
            dropping = IsSecret(line) || (dropping && line[0] is ' ' or '\t');
            if (!dropping)
            {
                kept.AddRange(behind);
                kept.Add(line);
            }

            behind.Clear();
        }

        kept.AddRange(behind);
        return WithoutOtherNotations(string.Join('\n', kept.Where(line => !(line.StartsWith('#') && IsSecret(line.TrimStart('#'))))));
    }

    /// <summary>Whether a text that is no YAML, such as a copy that an editor has left, may give a secret away.</summary>
    public static bool AreMentionedIn(string text) => Keys.Any(key => text.Contains(key, StringComparison.Ordinal));

    // Lines do not show the keys of "{key: value}" or "? key": a file that has secrets in such a notation is written anew.
    private static string WithoutOtherNotations(string yaml)
    {
        if (!AreMentionedIn(yaml))
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
