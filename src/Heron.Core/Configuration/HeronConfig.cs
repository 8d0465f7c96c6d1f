// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Globalization;
using Heron.Core.Configuration.Yaml;
using Heron.Core.Java;

namespace Heron.Core.Configuration;

/// <summary>
/// An immutable set of configuration values. A value is a string, <see cref="bool"/>, <see cref="int"/>,
/// <see cref="long"/>, <see cref="double"/>, list or map, as the YAML it came from said.
/// </summary>
public sealed class HeronConfig
{
    private readonly FrozenDictionary<string, object?> _values;

    /// <summary>Takes a copy of the values.</summary>
    public HeronConfig(IEnumerable<KeyValuePair<string, object?>> values) =>
        _values = values.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No values at all.</summary>
    public static HeronConfig Empty { get; } = new([]);

    /// <summary>All values.</summary>
    public IReadOnlyDictionary<string, object?> Values => _values;

    /// <summary>The raw value, or null.</summary>
    public object? Get(string key) => _values.GetValueOrDefault(key);

    /// <summary>The value as text, or null when it is not set.</summary>
    public string? GetString(string key) => Get(key) switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => JavaNumber.Text(number),
        DateTimeOffset instant => YamlTimestamp.ToText(instant),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString(),
    };

    /// <summary>The value as text, or a default.</summary>
    public string GetString(string key, string defaultValue) => GetString(key) ?? defaultValue;

    /// <summary>The value as a whole number; text is parsed.</summary>
    /// <exception cref="HeronException">It is set and is not a whole number.</exception>
    public long GetLong(string key, long defaultValue) => Get(key) switch
    {
        null => defaultValue,
        int number => number,
        long number => number,
        double number when number == Math.Floor(number) && number is >= long.MinValue and < long.MaxValue => (long)number,
        string text when JavaNumber.TryParseWhole(JavaText.Trim(text)) is { } parsed => parsed,
        _ => throw Wrong(key, "a whole number"),
    };

    /// <summary>The value as a finite number; text is parsed.</summary>
    /// <exception cref="HeronException">It is set and is not a finite number.</exception>
    public double GetDouble(string key, double defaultValue) => Get(key) switch
    {
        null => defaultValue,
        int number => number,
        long number => number,
        double number when double.IsFinite(number) => number,
        string text when JavaNumber.TryParseDouble(text) is { } parsed && double.IsFinite(parsed) => parsed,
        _ => throw Wrong(key, "a number"),
    };

    /// <summary>The value as true or false; the texts <c>true</c> and <c>false</c> in any case count (the CLI sends <c>True</c>).</summary>
    /// <exception cref="HeronException">It is set and is neither.</exception>
    public bool GetBoolean(string key, bool defaultValue) => Get(key) switch
    {
        null => defaultValue,
        bool flag => flag,
        string text when bool.TryParse(text.Trim(), out var parsed) => parsed,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>The same values with others on top.</summary>
    public HeronConfig With(IEnumerable<KeyValuePair<string, object?>> overrides)
    {
        var merged = new Dictionary<string, object?>(_values, StringComparer.Ordinal);
        foreach (var (key, value) in overrides)
        {
            merged[key] = value;
        }

        return new HeronConfig(merged);
    }

    private HeronException Wrong(string key, string expected) =>
        new(FaultKind.Invalid, $"the setting {key} must be {expected}, not '{GetString(key)}'");
}
