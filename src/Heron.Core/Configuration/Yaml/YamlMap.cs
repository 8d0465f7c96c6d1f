// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration.Yaml;

/// <summary>A YAML mapping: text keys in the order of the document.</summary>
/// <remarks>An <see cref="OrderedDictionary{TKey, TValue}"/> whose keys are compared as they are written.</remarks>
public sealed class YamlMap : OrderedDictionary<string, object?>
{
    /// <summary>An empty mapping.</summary>
    public YamlMap()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>A mapping of given entries, in their order.</summary>
    public YamlMap(IEnumerable<KeyValuePair<string, object?>> entries)
        : base(entries, StringComparer.Ordinal)
    {
    }
}
