// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace Heron.Core.Scheduling;

/// <summary>
/// The release of heron-core that a cluster's containers run. What differs between releases (executor flags, port
/// labels, downloader arguments, state paths, class names) is decided by <see cref="HeronCoreGeneration"/>.
/// </summary>
/// <param name="Text">As in <c>heron.build.version</c>, for example <c>0.20.5-incubating</c>.</param>
public sealed partial record HeronCoreVersion(string Text) : IComparable<HeronCoreVersion>
{
    /// <summary>Assumed when nothing says otherwise.</summary>
    public static HeronCoreVersion Newest { get; } = new("0.20.5-incubating");

    /// <summary>Whether the text begins with a release number such as <c>0.17.8.11</c>.</summary>
    public bool IsRelease => Pattern().IsMatch(Text);

    /// <summary>Orders by number; a release candidate comes before its release. What is no release is newer than all.</summary>
    public int CompareTo(HeronCoreVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var mine = Parts();
        var theirs = other.Parts();
        for (var i = 0; i < mine.Length; i++)
        {
            if (mine[i] != theirs[i])
            {
                return mine[i].CompareTo(theirs[i]);
            }
        }

        return 0;
    }

    /// <summary>Older.</summary>
    public static bool operator <(HeronCoreVersion left, HeronCoreVersion right) => left.CompareTo(right) < 0;

    /// <summary>Newer.</summary>
    public static bool operator >(HeronCoreVersion left, HeronCoreVersion right) => left.CompareTo(right) > 0;

    /// <summary>Older or the same.</summary>
    public static bool operator <=(HeronCoreVersion left, HeronCoreVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Newer or the same.</summary>
    public static bool operator >=(HeronCoreVersion left, HeronCoreVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Text;

    // Tags of the project: 0.17.8.11, v-0.20.0-incubating, 0.20.3-incubating-rc8, 0.20.3-incubaging-rc7-line.
    [GeneratedRegex(@"^v?-?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:-.*?(?:rc|candidate-)(\d{1,6}))?", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    private int[] Parts()
    {
        var match = Pattern().Match(Text);
        if (!match.Success)
        {
            return [int.MaxValue, 0, 0, 0, int.MaxValue];
        }

        return
        [
            .. Enumerable.Range(1, 4).Select(i => Number(match.Groups[i], 0)),
            Number(match.Groups[5], int.MaxValue),
        ];
    }

    private static int Number(Group group, int missing) =>
        group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : missing;
}
