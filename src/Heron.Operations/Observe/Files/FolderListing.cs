// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Daemons;
using Heron.Core.Scheduling;

namespace Heron.Operations.Observe.Files;

/// <summary>A folder of a container.</summary>
/// <param name="Path">From the container's folder; empty for itself.</param>
/// <param name="Entries">By name.</param>
public sealed record FolderListing(string Path, IReadOnlyList<FolderEntry> Entries);

/// <summary>An entry of a folder of a container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>folder</c>, <c>file</c>, or <c>other</c> for links, pipes and the like.</param>
/// <param name="Mode">As <c>ls -l</c> has it: <c>-rw-r--r--</c>.</param>
public sealed record FolderEntry(string Name, string Type, string Mode)
{
    /// <summary>Bytes; left out for what is no file.</summary>
    public long? Size { get; init; }

    /// <summary>When it was last written to; left out where that is not told: a heron-shell does not tell the year.</summary>
    public DateTimeOffset? Modified { get; init; }

    internal static FolderEntry Of(ContainerFile file) => new(file.Name, TypeOf(file.Mode, file.IsFolder), file.Mode)
    {
        Size = file.Mode.StartsWith('-') ? file.Size : null,
        Modified = file.Modified,
    };

    internal static FolderEntry Of(string name, ShellFile file)
    {
        var words = file.Line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var mode = words.Length > 0 ? words[0] : "";
        return new FolderEntry(name, TypeOf(mode, file.IsFolder), mode)
        {
            Size = mode.StartsWith('-') && words.Length > 4
                && long.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null,
        };
    }

    private static string TypeOf(string mode, bool isFolder) => isFolder ? "folder" : mode.StartsWith('-') ? "file" : "other";
}
