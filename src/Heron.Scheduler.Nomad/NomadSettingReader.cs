// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.Scheduler.Nomad;

/// <summary>
/// Reads settings of the configuration, else of the environment; empty text counts as not set. What cannot be used is
/// collected, so that all mistakes are told together.
/// </summary>
internal sealed class NomadSettingReader(HeronConfig config, Func<string, string?>? environment = null, Findings? findings = null)
{
    /// <summary>Gets a sentence for each value that cannot be used.</summary>
    public Findings Findings { get; } = findings ?? new Findings();

    public string? Text(string key, string? variable = null)
    {
        var value = config.GetString(key)?.Trim();
        if (string.IsNullOrEmpty(value) && variable is not null)
        {
            value = environment?.Invoke(variable)?.Trim();
        }

        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Text in which Nomad finds nothing to replace on the node.</summary>
    public string Plain(string key, string defaultValue) => Plain(key, Text(key) ?? defaultValue, defaultValue);

    /// <summary>The same for part of a setting.</summary>
    public string Plain(string key, string text, string defaultValue) => text.Contains("${", StringComparison.Ordinal)
            ? Reject(
                $"the setting {key} is '{text}': Nomad would replace ${{...}} on the node, write the value itself", defaultValue)
            : text;

    public bool Flag(string key, string? variable = null)
    {
        var text = Text(key, variable);
        return text?.ToUpperInvariant() switch
        {
            null or "FALSE" or "0" => false,
            "TRUE" or "1" => true,
            _ => Wrong(variable is null ? key : $"{key} (or {variable})", "true or false", text, false),
        };
    }

    public int Number(string key, int defaultValue, int smallest, int largest)
    {
        if (Text(key) is not { } text)
        {
            return defaultValue;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == Math.Floor(number) && number >= smallest && number <= largest
                ? (int)number
                : Wrong(
                    key,
                    string.Create(CultureInfo.InvariantCulture, $"a whole number from {smallest} to {largest}"),
                    text,
                    defaultValue);
    }

    public double Positive(string key, double defaultValue, double largest)
    {
        if (Text(key) is not { } text)
        {
            return defaultValue;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= largest
                ? number
                : Wrong(key, string.Create(CultureInfo.InvariantCulture, $"a number above 0, up to {largest}"), text, defaultValue);
    }

    public TimeSpan Seconds(string key, int defaultValue, int smallest, int largest = 86_400) =>
        TimeSpan.FromSeconds(Number(key, defaultValue, smallest, largest));

    public T Choice<T>(string key, T defaultValue)
        where T : struct, Enum
    {
        if (Text(key) is not { } text)
        {
            return defaultValue;
        }

        return Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : Wrong(
                key, "one of " + string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant())), text, defaultValue);
    }

    public string? OneOf(string key, params string[] values)
    {
        var text = Text(key);
        return text is null || Array.Exists(values, v => v == text)
            ? text
            : Wrong<string?>(key, string.Join(" or ", values), text, null);
    }

    /// <summary>The parts of a list separated by commas, trimmed, without empty ones.</summary>
    public IReadOnlyList<string> List(string key) => config.Get(key) switch
    {
        IEnumerable<object?> items => [.. items.Select(i => i?.ToString()?.Trim() ?? "").Where(i => i.Length > 0)],
        _ => (Text(key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    /// <summary>Notes a mistake and goes on with another value.</summary>
    public T Reject<T>(string mistake, T value)
    {
        Findings.Mistake(mistake);
        return value;
    }

    public T Wrong<T>(string key, string expected, string text, T value) =>
        Reject($"the setting {key} must be {expected}, not '{text}'", value);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, with all mistakes.</exception>
    public void ThrowIfWrong()
    {
        if (Findings.Mistakes.Count > 0)
        {
            throw new HeronException(FaultKind.Invalid, string.Join("; ", Findings.Mistakes));
        }
    }
}
