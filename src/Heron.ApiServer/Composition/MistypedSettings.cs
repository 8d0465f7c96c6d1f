// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Operations.History;

namespace Heron.ApiServer.Composition;

/// <summary>
/// Finds settings that nothing reads and whose names are one or two letters away from one that something does. Templates are full of
/// settings that only heron-core reads, so a key that is merely unknown is none of our business.
/// </summary>
internal static class MistypedSettings
{
    private const string Prefix = "heron.";

    // What the program itself and the vocabulary read; parts say for themselves what they read.
    private static readonly Lazy<IReadOnlyCollection<string>> Common = new(() =>
        SettingNames.In(new[] { typeof(HeronConfig), typeof(HistorySettings), typeof(MistypedSettings) }.SelectMany(type => type.Assembly.GetTypes())));

    /// <summary>One sentence for each such setting among those that files or the command line set.</summary>
    public static IEnumerable<string> Warnings(ServerConfiguration configuration, PartCatalog catalog)
    {
        var all = new SortedSet<string>(Common.Value.Concat(catalog.Settings), StringComparer.Ordinal);
        return
            from key in configuration.Raw.Values.Keys
            where key.StartsWith(Prefix, StringComparison.Ordinal) && configuration.IsSet(key) && !all.Contains(key)
            let meant = NearestName.Among(key, all)
            where meant is not null
            orderby key
            select $"nothing reads the setting {key}: is {meant} meant?";
    }
}
