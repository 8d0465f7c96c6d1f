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
    private const int MostEdits = 2;

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
            let meant = all.MinBy(known => Distance(key, known))
            where Distance(key, meant) <= MostEdits
            orderby key
            select $"nothing reads the setting {key}: is {meant} meant?";
    }

    /// <summary>Letters put in, left out, replaced, or swapped with the next one, to make one text of the other; more than enough counts as that.</summary>
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > MostEdits)
        {
            return MostEdits + 1;
        }

        var (before, last, now) = (new int[right.Length + 1], Enumerable.Range(0, right.Length + 1).ToArray(), new int[right.Length + 1]);
        for (var i = 1; i <= left.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                now[j] = Math.Min(replaced, Math.Min(last[j], now[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
                }
            }

            (before, last, now) = (last, now, before);
        }

        return last[right.Length];
    }
}
