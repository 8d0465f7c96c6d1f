// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>A path below a container's folder, as somebody asks for it.</summary>
public static class ContainerPath
{
    /// <summary>Its names, from the container's folder down; none for that folder itself.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: it leads out, or no path can be like that.</exception>
    public static IReadOnlyList<string> Segments(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToList();
        return segments.Exists(segment => segment == ".." || segment.Contains('\0', StringComparison.Ordinal))
            ? throw new HeronException(FaultKind.BadRequest, "the path must stay below the container's folder: it may have no '..' in it")
            : segments;
    }

    /// <summary>What a request for part of a file means for one of a size.</summary>
    /// <param name="offset">Negative to count from the end.</param>
    /// <param name="length">Most bytes; null for all.</param>
    /// <param name="size">Of the file.</param>
    public static (long Begin, long Count) Range(long offset, long? length, long size)
    {
        var begin = Math.Clamp(offset < 0 ? size + offset : offset, 0, size);
        return (begin, Math.Clamp(length ?? long.MaxValue, 0, size - begin));
    }

    /// <summary>For a path with nothing there.</summary>
    public static HeronException NotThere(int container, string path) =>
        new(FaultKind.NotFound, $"container {container} has nothing at '{ShownText.Of(path)}'");

    /// <summary>For a path with something there that cannot be read as a file.</summary>
    public static HeronException NoFile(int container, string path) =>
        new(FaultKind.NotFound, $"'{ShownText.Of(path)}' of container {container} is no plain file");
}
