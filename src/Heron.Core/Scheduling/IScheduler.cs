// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Core.Topologies;

namespace Heron.Core.Scheduling;

/// <summary>Runs the containers of topologies: container 0 (the topology manager) and one per container of the plan.</summary>
public interface IScheduler : IAsyncDisposable
{
    /// <summary>
    /// Whether all containers run on this machine: then what a setting says of nodes can be looked at here, and no container ever
    /// moves to another one.
    /// </summary>
    bool RunsHere => false;

    /// <summary>What the scheduler knows about containers, also about those of which the state knows nothing.</summary>
    IContainerInspector Inspector { get; }

    /// <summary>What containers have written, as far as the scheduler reaches it.</summary>
    IContainerFiles Files { get; }

    /// <summary>Starts what must run beside requests: taking over containers that outlived the last server, for instance.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Whether the scheduler's own server answers now; null when it does, else one sentence saying why not.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Looks at everything that the submission says to this scheduler, before anything is done for it.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: a setting that cannot be; the message names it.</exception>
    void Check(PlannedTopology topology)
    {
    }

    /// <summary>Starts all containers, or none: on failure those started are stopped before the error is thrown.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Conflict"/>: the topology's id, or its place, is another one's; then nothing was begun, and nothing is
    /// there to be undone.
    /// </exception>
    Task<ScheduleResult> ScheduleAsync(TopologyDeployment deployment, CancellationToken cancellationToken);

    /// <summary>
    /// Stops and removes every container of the topology; what is gone already is fine. Containers that carry the topology's id but
    /// say themselves that they are another's, by name, cluster, role or environment, are not touched; that holds for all that follows.
    /// </summary>
    /// <returns>How many containers were found.</returns>
    Task<int> KillAsync(TopologyIdentity topology, CancellationToken cancellationToken);

    /// <summary>
    /// Undoes a <see cref="ScheduleAsync"/> of which nobody knows how far it came, as after a crash: stops what is there, and what
    /// a request that was under way makes a moment later.
    /// </summary>
    /// <returns>How many containers were found.</returns>
    Task<int> UndoScheduleAsync(TopologyIdentity topology, CancellationToken cancellationToken) => KillAsync(topology, cancellationToken);

    /// <summary>Restarts one container, or all, with no two copies of one container running at once.</summary>
    /// <param name="topology">Whose containers.</param>
    /// <param name="containerId">The container, 0 included; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/> when there is no such container.</exception>
    Task RestartAsync(TopologyIdentity topology, int? containerId, CancellationToken cancellationToken);

    /// <summary>
    /// Adds containers to a running topology: all of them, or none. A container that its plan has and that is missing is made
    /// again in this way; one that is there already stays as it is.
    /// </summary>
    Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken);

    /// <summary>
    /// Adds containers to a running topology, as large as its new plan wants them: all of them, or none. Where the scheduler can tell
    /// that one has no place, and its settings do not say that this does not matter, none is left and the reason is thrown.
    /// </summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="containerIds">The new containers.</param>
    /// <param name="plan">The plan that the topology is about to have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <remarks>A scheduler that reserves nothing for its containers takes the shorter way.</remarks>
    Task<ScheduleResult> AddContainersAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containerIds,
        Packing.PackingPlan plan,
        CancellationToken cancellationToken) => AddContainersAsync(topology, containerIds, cancellationToken);

    /// <summary>Stops and removes the named containers; those gone already are fine.</summary>
    Task RemoveContainersAsync(
        TopologyIdentity topology, IReadOnlyList<int> containerIds, CancellationToken cancellationToken);

    /// <summary>Ids of the containers that the scheduler has for the topology, sorted.</summary>
    Task<IReadOnlyList<int>> ListContainersAsync(TopologyIdentity topology, CancellationToken cancellationToken);

    /// <summary>
    /// Names and addresses of the nodes where a container runs, or is about to: the only ones where its daemons may be called,
    /// whatever they say themselves.
    /// </summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="containerId">The container, 0 included.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>None when the scheduler has no such container.</returns>
    Task<IReadOnlyList<string>> NodesOfAsync(
        TopologyIdentity topology, int containerId, CancellationToken cancellationToken);

    /// <summary>
    /// The address of the package that the topology's containers fetch, for topologies of which nobody here noted it: another
    /// server, such as the Java server, submitted them.
    /// </summary>
    /// <returns>Null when there are no containers, or they do not tell.</returns>
    Task<string?> FindPackageUriAsync(TopologyIdentity topology, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What is stored as scheduler location once the topology is scheduled.</summary>
    SchedulerLocation LocationOf(TopologyIdentity topology);

    /// <summary>
    /// What would be scheduled, as text for a person or a tool (JSON), without doing it; the <c>nomad</c> dry run. It comes piece by piece,
    /// made when it is asked for: that of a large topology is larger than the server's memory.
    /// </summary>
    /// <exception cref="HeronException">The topology cannot be scheduled; as far as possible before the first piece.</exception>
    IEnumerable<string> Describe(PlannedTopology topology);

    /// <summary>
    /// What adding containers to a running topology would schedule, in the notation of <see cref="Describe"/>, without doing it.
    /// </summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="containerIds">The new containers.</param>
    /// <param name="plan">The plan that the topology would have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">The topology has no containers to go by, or the scheduler cannot be asked.</exception>
    Task<IEnumerable<string>> DescribeAddedAsync(
        TopologyIdentity topology,
        IReadOnlyList<int> containerIds,
        Packing.PackingPlan plan,
        CancellationToken cancellationToken);
}
