// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Configuration;
using Heron.Core.Java;
using Heron.Core.Protobuf;

namespace Heron.Operations.Observe.Plans;

/// <summary>Settings as they are in force, as texts: changed ones as they were changed, secrets masked.</summary>
public static class EffectiveSettings
{
    // The topology manager writes a changed setting beside the submitted one.
    private const string RuntimeSuffix = ":runtime";

    /// <summary>All of them, by key.</summary>
    /// <param name="config">Of a topology or a component.</param>
    public static SortedDictionary<string, string> Of(Config? config)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in config?.Kvs ?? [])
        {
            if (!setting.Key.EndsWith(RuntimeSuffix, StringComparison.Ordinal))
            {
                settings[setting.Key] = SecretMask.Of(setting.Key, TextOf(setting));
            }
        }

        foreach (var changed in (config?.Kvs ?? []).Where(s => s.Key.EndsWith(RuntimeSuffix, StringComparison.Ordinal)))
        {
            var key = changed.Key[..^RuntimeSuffix.Length];
            settings[key] = SecretMask.Of(key, changed.Value);
        }

        return settings;
    }

    private static string TextOf(Config.Types.KeyValue setting)
    {
        if (setting.Value.Length > 0 || setting.SerializedValue.Length == 0)
        {
            return setting.Value;
        }

        var value = setting.Type == ConfigValueType.JavaSerializedValue ? JavaValue.Read(setting.SerializedValue.Span) : null;
        return value switch
        {
            null => $"(serialized, {setting.SerializedValue.Length} bytes)",
            bool truth => truth ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }
}
