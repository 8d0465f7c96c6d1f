// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Core.Daemons;

/// <summary>
/// What the shells of containers offer: their folder, and tools of the JVM. They are found through the physical plan, which
/// names those of containers 1 and up, and through the scheduler, which knows that of container 0. A shell that is away or hangs is said within two seconds.
/// </summary>
public interface IContainerShells
{
    /// <summary>The process id that a process of the container wrote down when it started.</summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="container">Its number; 0 is the topology manager's.</param>
    /// <param name="process">An instance id, or a daemon's name such as <c>stmgr-1</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: no such container, process, folder or file; <see cref="FaultKind.Unavailable"/>: the
    /// shell is away, hangs or is busy; <see cref="FaultKind.BadGateway"/>: it sent what is not of its protocol, or says to be where
    /// the scheduler does not run it; <see cref="FaultKind.BadRequest"/>: the path leads out of the container's folder.
    /// </exception>
    Task<ShellOutput> PidAsync(TopologyIdentity topology, int container, string process, CancellationToken cancellationToken);

    /// <summary>Runs a tool on the JVM of an instance; its shell does nothing else meanwhile, other shells do.</summary>
    /// <exception cref="HeronException">As for <see cref="PidAsync"/>.</exception>
    Task<ShellOutput> RunAsync(
        TopologyIdentity topology, int container, JvmTool tool, string instance, CancellationToken cancellationToken);

    /// <summary>The entries of a folder, by name.</summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="container">Its number; 0 is the topology manager's.</param>
    /// <param name="path">From the container's folder; empty or <c>.</c> for itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">As for <see cref="PidAsync"/>.</exception>
    Task<IReadOnlyDictionary<string, ShellFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken);

    /// <summary>A piece of a file.</summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="container">Its number; 0 is the topology manager's.</param>
    /// <param name="path">From the container's folder.</param>
    /// <param name="offset">In bytes; -1 to be told the size instead.</param>
    /// <param name="length">In bytes; what is given may be less.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">As for <see cref="PidAsync"/>.</exception>
    Task<FileSlice> ReadAsync(
        TopologyIdentity topology, int container, string path, long offset, long length, CancellationToken cancellationToken);

    /// <summary>Passes a whole file on.</summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="container">Its number; 0 is the topology manager's.</param>
    /// <param name="path">From the container's folder.</param>
    /// <param name="begin">Gives where to write to, once it is sure that there is such a file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">As for <see cref="PidAsync"/>.</exception>
    Task DownloadAsync(
        TopologyIdentity topology, int container, string path, Func<Stream> begin, CancellationToken cancellationToken);
}
