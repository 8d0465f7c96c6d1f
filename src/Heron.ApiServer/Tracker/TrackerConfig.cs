// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;

namespace Heron.ApiServer.Tracker;

/// <summary>Configurations as the tracker shows them.</summary>
internal static class TrackerConfig
{
    /// <summary>All settings, by key.</summary>
    /// <param name="config">Of a topology or a component.</param>
    /// <param name="withObjects">Whether settings that only Java can read are shown too, as their bytes.</param>
    public static JsonObject Of(Config? config, bool withObjects = true)
    {
        var result = new JsonObject();
        foreach (var setting in config?.Kvs ?? [])
        {
            if (setting.Value.Length > 0)
            {
                result[setting.Key] = SecretMask.Of(setting.Key, setting.Value);
            }
            else if (setting.SerializedValue.Length > 0 && Read(setting, withObjects) is { } value)
            {
                result[setting.Key] = value;
            }
        }

        return result;
    }

    /// <summary>The same with texts that are whole numbers as numbers.</summary>
    public static JsonObject WithNumbers(JsonObject config) => new(config.Select(s => KeyValuePair.Create(s.Key, Number(s.Value))));

    private static JsonNode? Number(JsonNode? value) =>
        value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.String
        && BigInteger.TryParse(
            value.GetValue<string>(), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture))
            : value?.DeepClone();

    private static JsonNode? Read(Config.Types.KeyValue setting, bool withObjects)
    {
        // Whatever it is read as: bytes hide nothing, and not all passwords are texts.
        if (SecretMask.Of(setting.Key, "-") == SecretMask.Masked)
        {
            return SecretMask.Masked;
        }

        var bytes = setting.SerializedValue.Span;
        if (setting.Type == ConfigValueType.JavaSerializedValue && JavaValue.Read(bytes) is { } value)
        {
            return value switch
            {
                string text => SecretMask.In(text),
                bool truth => truth,
                double number => PythonText.Number(number),
                _ => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            };
        }

        return withObjects || setting.Type != ConfigValueType.JavaSerializedValue
            ? new JsonObject { ["value"] = "{}", ["raw"] = Convert.ToHexStringLower(bytes) }
            : null;
    }
}
