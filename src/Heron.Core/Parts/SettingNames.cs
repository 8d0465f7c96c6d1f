// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Heron.Core.Parts;

/// <summary>Names of settings.</summary>
public static class SettingNames
{
    private const string Prefix = "heron.";

    /// <summary>The settings that types name as constants, private ones too.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Of this program's own types nothing is left out.")]
    public static IReadOnlyCollection<string> In(params IEnumerable<Type> types) =>
    [
        .. types
            .SelectMany(type => type.GetFields(
                BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(text => text.StartsWith(Prefix, StringComparison.Ordinal) && !text.EndsWith('.'))
            .Distinct(StringComparer.Ordinal),
    ];
}
