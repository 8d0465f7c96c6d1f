// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Core.Scheduling;

/// <summary>Tells what a scheduler knows about containers, without the state: what runs, where, since when, and why not.</summary>
public interface IContainerInspector
{
    /// <summary>Every topology that the scheduler has containers of, those of other Heron clusters on the same scheduler left out.</summary>
    /// <exception cref="HeronException">The scheduler cannot be asked.</exception>
    Task<IReadOnlyList<ScheduledTopology>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The same without those whose ids the caller knows: a scheduler need not look at them closer.</summary>
    /// <param name="known">The ids.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">The scheduler cannot be asked.</exception>
    async Task<IReadOnlyList<ScheduledTopology>> ListOthersAsync(IReadOnlySet<string> known, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(topology => !known.Contains(topology.Id))];

    /// <summary>
    /// The topologies of a name that the scheduler has containers of; there may be several when an earlier one was forgotten by
    /// the state. Containers that another server started, such as the Java server, count.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="role">The role.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="name">The topology's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">The scheduler cannot be asked.</exception>
    Task<IReadOnlyList<ScheduledTopology>> FindAsync(
        string cluster, string role, string environment, string name, CancellationToken cancellationToken);

    /// <summary>Every container of a topology, sorted by number.</summary>
    /// <param name="topology">Which.</param>
    /// <param name="planned">The containers that there should be, 0 included; those that are not there are told as missing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">The scheduler cannot be asked.</exception>
    Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, CancellationToken cancellationToken);

    /// <summary>Some of the containers of a topology, sorted by number: for who knows which have changed.</summary>
    /// <param name="topology">Which.</param>
    /// <param name="planned">The containers that there should be, 0 included.</param>
    /// <param name="only">The containers that are asked about; one that is neither planned nor there is left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">The scheduler cannot be asked.</exception>
    /// <remarks>A scheduler that can ask about one container alone takes the shorter way.</remarks>
    async Task<IReadOnlyList<ContainerStatus>> InspectAsync(
        TopologyIdentity topology, IReadOnlyCollection<int> planned, IReadOnlySet<int> only, CancellationToken cancellationToken) =>
        [.. (await InspectAsync(topology, planned, cancellationToken)).Where(status => only.Contains(status.Container))];

    /// <summary>
    /// What changes, from now on and as it happens. Begins with a change of everything, so that who reads all then and follows
    /// misses nothing; goes on through outages of the scheduler until it is cancelled.
    /// </summary>
    IAsyncEnumerable<ContainerChange> WatchAsync(CancellationToken cancellationToken);
}
