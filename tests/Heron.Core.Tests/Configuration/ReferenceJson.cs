// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Text.Json;
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;
using Heron.Core.Java;

namespace Heron.Core.Tests.Configuration;

/// <summary>Brings recorded JSON values and configuration values to one comparable text that keeps their types.</summary>
internal static class ReferenceJson
{
    /// <summary>The configuration value that a recorded value stands for.</summary>
    public static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number when element.TryGetInt32(out var number)
            && !element.GetRawText().Contains('.', StringComparison.Ordinal) => number,
        JsonValueKind.Number when element.TryGetInt64(out var number)
            && !element.GetRawText().Contains('.', StringComparison.Ordinal) => number,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToList(),
        _ when element.TryGetProperty("byte_amount", out var bytes) => bytes.GetInt64(),
        _ => new YamlMap(element.EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, Value(pair.Value)))),
    };

    public static string Text(JsonElement element) => Text(Value(element));

    public static string Text(object? value) => value switch
    {
        null => "null",
        string text => JsonSerializer.Serialize(text),
        bool flag => flag ? "true" : "false",
        int or long => $"{value}",
        double number => JavaNumber.Text(number),
        IDictionary<string, object?> map =>
            "{" + string.Join(',', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + ":" + Text(pair.Value))) + "}",
        IList list => "[" + string.Join(',', list.Cast<object?>().Select(Text)) + "]",
        _ => throw new InvalidOperationException($"unexpected {value.GetType()}"),
    };

    public static void AssertSame(JsonElement expected, HeronConfig actual, Func<string, string> known)
    {
        var expectedLines = expected.EnumerateObject().Select(pair => pair.Name + "=" + Text(pair.Value));
        var actualLines = actual.Values.Select(pair => pair.Key + "=" + known(Text(pair.Value)));
        Assert.Equal(expectedLines.Order(StringComparer.Ordinal), actualLines.Order(StringComparer.Ordinal));
    }
}
