// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>Finds what was most likely meant by a name that nobody knows.</summary>
public static class NearestName
{
    /// <summary>More letters than these make another word.</summary>
    public const int MostEdits = 2;

    /// <summary>The known name that is at most <see cref="MostEdits"/> letters away, and no more than half of what was written; null when there is none.</summary>
    /// <param name="typed">What was written.</param>
    /// <param name="known">What there is.</param>
    public static string? Among(string typed, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => Distance(typed, name));
        return nearest is not null && Distance(typed, nearest) <= Math.Min(MostEdits, typed.Length / 2) ? nearest : null;
    }

    /// <summary>The end of a message about a name that nobody knows: what is meant, or nothing.</summary>
    public static string Question(string typed, IEnumerable<string> known) =>
        Among(typed, known) is { } meant ? $": is {ShownText.Of(meant)} meant?" : "";

    /// <summary>The end of a message about one that is not among several: what is meant, else what there is, the first few of it.</summary>
    public static string Choice(string typed, IReadOnlyCollection<string> known)
    {
        const int Most = 5;
        if (Question(typed, known) is { Length: > 0 } question)
        {
            return question;
        }

        var some = string.Join(", ", known.Take(Most).Select(name => ShownText.Of(name)));
        return known.Count == 0 ? "; there is none"
            : known.Count > Most ? $"; there are {some} and {known.Count - Most} more"
            : known.Count > 1 ? $"; there are {some}"
            : $"; there is {some}";
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
