using System.Globalization;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Scheduler.Nomad;

/// <summary>Reads settings of the configuration, else of the environment; empty text counts as not set.</summary>
internal sealed class NomadSettingReader(HeronConfig config, Func<string, string?>? environment = null)
{
    public string? Text(string key, string? variable = null)
    {
        var value = config.GetString(key)?.Trim();
        if (string.IsNullOrEmpty(value) && variable is not null)
        {
            value = environment?.Invoke(variable)?.Trim();
        }

        return string.IsNullOrEmpty(value) ? null : value;
    }

    public string Text(string key, string? variable, string defaultValue) => Text(key, variable) ?? defaultValue;

    public bool Flag(string key, string? variable = null)
    {
        var text = Text(key, variable);
        return text?.ToUpperInvariant() switch
        {
            null or "FALSE" or "0" => false,
            "TRUE" or "1" => true,
            _ => throw Wrong(variable is null ? key : $"{key} (or {variable})", "true or false", text),
        };
    }

    public int Number(string key, int defaultValue, int smallest, int largest)
    {
        if (Text(key) is not { } text)
        {
            return defaultValue;
        }

        var number = config.GetDouble(key, defaultValue);
        return number == Math.Floor(number) && number >= smallest && number <= largest
            ? (int)number
            : throw Wrong(key, string.Create(CultureInfo.InvariantCulture, $"a whole number from {smallest} to {largest}"), text);
    }

    public T Choice<T>(string key, T defaultValue)
        where T : struct, Enum
    {
        if (Text(key) is not { } text)
        {
            return defaultValue;
        }

        return Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw Wrong(key, "one of " + string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant())), text);
    }

    /// <summary>The parts of a list separated by commas, trimmed, without empty ones.</summary>
    public IReadOnlyList<string> List(string key) => config.Get(key) switch
    {
        IEnumerable<object?> items => [.. items.Select(i => i?.ToString()?.Trim() ?? "").Where(i => i.Length > 0)],
        _ => (Text(key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    public static HeronException Wrong(string key, string expected, string text) =>
        new(FaultKind.Invalid, $"the setting {key} must be {expected}, not '{text}'");
}
