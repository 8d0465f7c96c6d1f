// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.Core.State;

/// <summary>
/// The state that Heron's own daemons, the tracker and the UI read. Implementations keep the node names and bytes of
/// the Java server. Every method throws <see cref="HeronException"/> with <see cref="FaultKind.Unavailable"/> when the
/// store cannot be reached in time, and <see cref="UnreadableStateException"/> when the one node that it reads is damaged.
/// </summary>
public interface IStateManager : IAsyncDisposable
{
    /// <summary>
    /// The state of all topologies in memory. Follows the store from the first use on, so that who never looks pays nothing;
    /// available from <see cref="StartAsync"/> on.
    /// </summary>
    IStateView View { get; }

    /// <summary>Opens the store in the background and makes the directories when so configured; never waits for a server.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Whether the store answers now; null when it does, else one sentence saying why not.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Names of all registered topologies, sorted ordinally.</summary>
    Task<IReadOnlyList<string>> ListTopologiesAsync(CancellationToken cancellationToken);

    /// <summary>Whether <c>topologies/NAME</c> exists: Heron's meaning of "running".</summary>
    Task<bool> IsTopologyRunningAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>
    /// Registers topology (without serialized objects), packing plan and execution state: all or none, and no reader
    /// sees one without the others where the store can do that.
    /// </summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/> when the topology is registered already.</exception>
    Task RegisterTopologyAsync(TopologyRegistration registration, CancellationToken cancellationToken);

    /// <summary>
    /// Removes every node of the topology; nodes that are missing or damaged are fine. Nodes of ephemeral owners are left to them
    /// where the store knows ephemeral nodes.
    /// </summary>
    /// <param name="topologyName">Whose nodes.</param>
    /// <param name="onlyWithId">
    /// When given, nothing is removed unless the topology has this id, as the first of its nodes says that can be read; see
    /// <see cref="TopologySnapshot.Id"/>. One of which none can be read has nobody's id. Without it, whatever there is goes.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether a registered topology was there.</returns>
    Task<bool> UnregisterTopologyAsync(string topologyName, string? onlyWithId, CancellationToken cancellationToken);

    /// <summary>
    /// Everything that the store has of one topology, read together. A node that is damaged, empty, of another topology or too
    /// large is told in its place and is no fault; faults are only those of the store.
    /// </summary>
    Task<TopologySnapshot> ReadTopologyAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>The stored definition, or null.</summary>
    Task<Topology?> GetTopologyAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>The execution state, or null.</summary>
    Task<ExecutionState?> GetExecutionStateAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>The packing plan, or null.</summary>
    Task<PackingPlan?> GetPackingPlanAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>Sets the packing plan in place (never delete and create: readers would see a gap).</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/> when the topology is not registered.</exception>
    Task SetPackingPlanAsync(string topologyName, PackingPlan plan, CancellationToken cancellationToken);

    /// <summary>The physical plan that the topology manager wrote, or null.</summary>
    Task<PhysicalPlan?> GetPhysicalPlanAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>The scheduler location, or null.</summary>
    Task<SchedulerLocation?> GetSchedulerLocationAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>Creates or replaces the scheduler location.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/> when the topology is not registered.</exception>
    Task SetSchedulerLocationAsync(SchedulerLocation location, CancellationToken cancellationToken);

    /// <summary>The topology manager's location, or null.</summary>
    Task<TManagerLocation?> GetTManagerLocationAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>The metrics cache's location, or null: by default topologies have none.</summary>
    Task<MetricsCacheLocation?> GetMetricsCacheLocationAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the location of a topology manager that is being stopped, where nothing else would: in ZooKeeper the
    /// node goes with its owner and is left alone.
    /// </summary>
    Task ForgetTManagerLocationAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>What a daemon has published about where it is, readable or not; null when nothing.</summary>
    Task<DaemonRecord?> FindDaemonAsync(string topologyName, PublishingDaemon daemon, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what a daemon has published that is known to have died: exactly what was found. What was written or made anew since
    /// then stays.
    /// </summary>
    /// <param name="dead">What <see cref="FindDaemonAsync"/> gave.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was there and was removed by this call.</returns>
    Task<bool> RemoveDaemonAsync(DaemonRecord dead, CancellationToken cancellationToken);

    /// <summary>Waits until the physical plan fulfils a condition (absent counts as null).</summary>
    /// <exception cref="TimeoutException">The deadline passed first.</exception>
    Task<PhysicalPlan?> WaitForPhysicalPlanAsync(
        string topologyName, Func<PhysicalPlan?, bool> condition, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lock <c>locks/TOPOLOGY__NAME</c>, shared with Heron's Java tools where the store has locks.
    /// </summary>
    /// <returns>The lock to dispose when done, or null when another owner held it for the whole wait.</returns>
    Task<IStateLock?> TryLockAsync(
        string topologyName, string lockName, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a lock up for a holder that is known to have died. Of a lock that others hold nothing is touched, nor is anything
    /// that this state manager itself holds now.
    /// </summary>
    /// <param name="topologyName">Whose lock.</param>
    /// <param name="lockName">Which.</param>
    /// <param name="owner">The dead holder's <see cref="IStateLock.Owner"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ReleaseLockAsync(string topologyName, string lockName, string owner, CancellationToken cancellationToken);
}
