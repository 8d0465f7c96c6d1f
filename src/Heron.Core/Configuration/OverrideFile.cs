// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration.Yaml;

namespace Heron.Core.Configuration;

/// <summary>The text of <c>heron-conf/override.yaml</c>, which containers read on top of all other configuration.</summary>
public static class OverrideFile
{
    /// <summary>The file for a server's <c>-D</c> values. Every value is text and is quoted where YAML would take it for something else.</summary>
    public static string Create(IEnumerable<KeyValuePair<string, string>> properties) =>
        YamlWriter.Write(new YamlMap(properties.Select(AsValue)));

    /// <summary>The same file with more settings on top; its other values keep their types and order.</summary>
    /// <param name="text">The file so far; an empty one has no settings.</param>
    /// <param name="overrides">Settings of one submission.</param>
    /// <exception cref="HeronException">The text is not a YAML mapping.</exception>
    public static string Apply(string text, IReadOnlyCollection<KeyValuePair<string, string>> overrides)
    {
        if (overrides.Count == 0)
        {
            return text;
        }

        var settings = YamlReader.ReadMap(text, "override.yaml");
        foreach (var (key, value) in overrides)
        {
            settings[key] = value;
        }

        return YamlWriter.Write(settings);
    }

    /// <summary>The file of one submission: the server's <c>-D</c> values and on top of them the form's settings, without request flags.</summary>
    public static string ForSubmission(
        IEnumerable<KeyValuePair<string, string>> properties, IEnumerable<KeyValuePair<string, string>> formFields) =>
        Apply(Create(properties), [.. RequestFlags.Without(formFields)]);

    private static KeyValuePair<string, object?> AsValue(KeyValuePair<string, string> pair) => new(pair.Key, pair.Value);
}
