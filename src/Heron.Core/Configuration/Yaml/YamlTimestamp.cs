// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Core.Configuration.Yaml;

/// <summary>The text of a point in time, as YAML's timestamp type has it.</summary>
internal static class YamlTimestamp
{
    /// <summary>UTC with whole seconds, and thousandths only when there are some.</summary>
    internal static string ToText(DateTimeOffset instant) => instant.ToUniversalTime().ToString(
        instant.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
