// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration.Yaml;

namespace Heron.Core.Configuration;

/// <summary>
/// The text of <c>heron-conf/statemgr.yaml</c>. The executor does not look into <c>override.yaml</c> for these settings,
/// so overrides have to be written into the file itself.
/// </summary>
public static class StateManagerFile
{
    /// <summary>The template's file, with the values that an override file gives to keys that it has.</summary>
    /// <param name="overrideFile">The text of <c>override.yaml</c>.</param>
    /// <param name="stateManagerFile">The template's text; an empty file stays empty.</param>
    /// <param name="rootPath">
    /// Where the state is, written out. It replaces a root path that names the home folder: the server takes that from its
    /// environment, heron-core from the account, and with two homes each would have a state of its own.
    /// </param>
    /// <exception cref="HeronException">One of them is not a YAML mapping.</exception>
    public static string Patch(string overrideFile, string stateManagerFile, string? rootPath = null)
    {
        var overrides = YamlReader.ReadMap(overrideFile, "override.yaml");
        if (YamlReader.Read(stateManagerFile, "statemgr.yaml") is null)
        {
            return YamlWriter.Write(null);
        }

        var settings = YamlReader.ReadMap(stateManagerFile, "statemgr.yaml");
        foreach (var (key, value) in overrides)
        {
            if (settings.ContainsKey(key))
            {
                settings[key] = value;
            }
        }

        if (rootPath is not null
            && settings.TryGetValue(ConfigKeys.StatemgrRootPath, out var place)
            && place is string text && NamesHome(text))
        {
            settings[ConfigKeys.StatemgrRootPath] = rootPath;
        }

        return YamlWriter.Write(settings);
    }

    private static bool NamesHome(string path) =>
        path is "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.Contains("${HOME}", StringComparison.Ordinal);
}
