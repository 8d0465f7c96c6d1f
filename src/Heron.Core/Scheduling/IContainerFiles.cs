// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Core.Scheduling;

/// <summary>What a container's process writes to.</summary>
public enum ContainerOutput
{
    /// <summary>Standard output: the executor's log.</summary>
    Out,

    /// <summary>Standard error: the start script's words, and what daemons say before they have a log.</summary>
    Error,
}

/// <summary>One entry of a container's folder.</summary>
/// <param name="Name">Its name, without folders.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Size">Bytes; 0 for a folder.</param>
/// <param name="Modified">When it was last written to.</param>
/// <param name="Mode">Kind and permissions as <c>ls -l</c> shows them, such as <c>-rw-r--r--</c>.</param>
public sealed record ContainerFile(string Name, bool IsFolder, long Size, DateTimeOffset Modified, string Mode);

/// <summary>Part of a file or of an output, to be read once.</summary>
/// <param name="Stream">The bytes; one that follows ends only when it is disposed of.</param>
/// <param name="Offset">Where in the whole it begins.</param>
/// <param name="Size">Bytes of the whole, as far as it had been written; null when the scheduler does not tell.</param>
public sealed record ContainerContent(Stream Stream, long Offset, long? Size) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>
/// Reads what a container has written: its outputs, and the files of its folder, as long as the node has them. Nothing outside
/// that folder is read, whatever the path says or a link points to.
/// </summary>
public interface IContainerFiles
{
    /// <summary>The entries of a folder, sorted by name.</summary>
    /// <param name="topology">Whose container.</param>
    /// <param name="container">Its number.</param>
    /// <param name="path">The folder, relative to the container's; empty for that itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: no such container or folder, or it is not within reach of the scheduler, and the message
    /// says so; <see cref="FaultKind.BadRequest"/>: a path that leads out.
    /// </exception>
    Task<IReadOnlyList<ContainerFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken);

    /// <summary>A file, or part of it.</summary>
    /// <param name="topology">Whose container.</param>
    /// <param name="container">Its number.</param>
    /// <param name="path">The file, relative to the container's folder.</param>
    /// <param name="offset">Where to begin; negative to count from the end.</param>
    /// <param name="length">Most bytes; null for all.</param>
    /// <param name="cancellationToken">Ends the wait, and the reading.</param>
    /// <inheritdoc cref="ListAsync" path="//exception"/>
    Task<ContainerContent> OpenAsync(
        TopologyIdentity topology, int container, string path, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>What a container wrote to one of its outputs.</summary>
    /// <param name="topology">Whose container.</param>
    /// <param name="container">Its number.</param>
    /// <param name="output">Which.</param>
    /// <param name="tail">How many of the last bytes to begin with; null for all there is.</param>
    /// <param name="follow">Whether to go on with what is written later, through restarts of the container.</param>
    /// <param name="cancellationToken">Ends the wait, and the reading.</param>
    /// <inheritdoc cref="ListAsync" path="//exception"/>
    Task<ContainerContent> OpenOutputAsync(
        TopologyIdentity topology, int container, ContainerOutput output, long? tail, bool follow, CancellationToken cancellationToken);
}
