// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Files;
using Heron.ApiServer.Hosting;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Operations.History;

namespace Heron.ApiServer.Composition;

/// <summary>
/// Finds settings that nothing reads and whose names are one or two letters away from one that something does. Templates are full of
/// settings that only heron-core reads, so a key that is merely unknown is none of our business.
/// </summary>
internal static class MistypedSettings
{
    private const string Prefix = "heron.";

    /// <summary>
    /// The types that name what the program itself and the vocabulary read; parts say for themselves what they read. Written down,
    /// since a start would otherwise load every type there is to look for them.
    /// </summary>
    internal static IReadOnlyList<Type> Named { get; } =
    [
        typeof(ConfigKeys), typeof(SubmissionKeys), typeof(PackagedFiles), typeof(OverrideRules),
        typeof(StartScript), typeof(LogKeeping), typeof(CoreSource), typeof(HeronCoreDetector), typeof(CheckpointPlace),
        typeof(HistorySettings), typeof(StartChecks), typeof(UploadLimit), typeof(VersionEndpoint),
    ];

    /// <summary>One sentence for each such setting among those that files or the command line set.</summary>
    public static IEnumerable<string> Warnings(ServerConfiguration configuration, PartCatalog catalog)
    {
        var all = new SortedSet<string>(SettingNames.In(Named).Concat(catalog.Settings), StringComparer.Ordinal);
        return
            from key in configuration.Raw.Values.Keys
            where key.StartsWith(Prefix, StringComparison.Ordinal) && configuration.IsSet(key) && !all.Contains(key)
            let meant = NearestName.Among(key, all)
            where meant is not null
            orderby key
            select $"nothing reads the setting {key}: is {meant} meant?";
    }
}
