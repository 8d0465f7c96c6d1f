// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>Settings as they are shown to people.</summary>
public static class SettingTexts
{
    /// <summary>One line for each value of a setting that has several: <c>key[name]</c>, <c>key[0]</c>.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="value">As a file has it.</param>
    public static IEnumerable<(string Name, string Text)> Of(string name, object? value) => value switch
    {
        IDictionary<string, object?> map => map.SelectMany(pair => Of($"{name}[{pair.Key}]", pair.Value)),
        IEnumerable<object?> list => list.SelectMany((item, i) => Of($"{name}[{i}]", item)),
        _ => [(name, new HeronConfig([new(name, value)]).GetString(name) ?? "")],
    };
}
