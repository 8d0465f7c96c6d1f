// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Daemons;

/// <summary>One setting to change in a running topology.</summary>
/// <param name="Component">The component it is for, or null for the whole topology.</param>
/// <param name="Key">The setting.</param>
/// <param name="Value">Its new value.</param>
public sealed record RuntimeSetting(string? Component, string Key, string Value)
{
    /// <summary>As the topology manager reads it: <c>[COMPONENT:]KEY:VALUE</c>.</summary>
    public override string ToString() => Component is null ? $"{Key}:{Value}" : $"{Component}:{Key}:{Value}";
}
