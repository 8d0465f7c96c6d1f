// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Core.Configuration;

/// <summary>Settings that are a length of time: a number with <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>, or 0.</summary>
public static class ConfigDuration
{
    private const int MostDays = 36500;

    /// <summary>A setting's length of time; the default when it is not set.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="key">Which one.</param>
    /// <param name="otherwise">The default.</param>
    /// <param name="meaningOfZero">What 0 does, for the message: <c>to keep packages for ever</c>.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: it is none.</exception>
    public static TimeSpan Read(HeronConfig config, string key, TimeSpan otherwise, string meaningOfZero)
    {
        if (config.GetString(key) is not { Length: > 0 } text)
        {
            return otherwise;
        }

        var trimmed = text.Trim();
        if (trimmed == "0")
        {
            return TimeSpan.Zero;
        }

        var unit = trimmed.Length == 0 ? 0 : trimmed[^1] switch
        {
            's' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMinute,
            'h' => TimeSpan.TicksPerHour,
            'd' => TimeSpan.TicksPerDay,
            _ => 0,
        };
        return unit > 0
            && long.TryParse(trimmed.AsSpan(0, trimmed.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= TimeSpan.FromDays(MostDays).Ticks / unit
            ? TimeSpan.FromTicks(number * unit)
            : throw new HeronException(
                FaultKind.Invalid,
                $"the setting {key} is {text}: write a number with s, m, h or d, such as 7d or 36h, or 0 {meaningOfZero}");
    }
}
