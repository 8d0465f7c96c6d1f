// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Exclusion;

/// <summary>
/// Lets one operation at a time change a topology. It is asked first by every operation; an update takes the state manager's
/// lock besides, which other programs honour.
/// </summary>
public interface IExclusion
{
    /// <summary>
    /// Takes the topology for a request, which does not queue: it is told who holds the topology since when, and what would get
    /// through. An operation that takes over ends what is being done, and waits until that has let go.
    /// </summary>
    /// <param name="address">Which topology; names are unique in a state manager. Of one held at another place nothing is ended.</param>
    /// <param name="operation">What is to be done.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait for work that is giving way.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/> when another request holds it.</exception>
    Task<ILease> EnterAsync(TopologyAddress address, OperationKind operation, Caller caller, CancellationToken cancellationToken);

    /// <summary>Takes the topology for work that nobody waits for and that gives way to requests; null when it is held.</summary>
    Task<ILease?> TryEnterInBackgroundAsync(string topologyName, string operation, CancellationToken cancellationToken);

    /// <summary>Who holds the topology now, or null.</summary>
    Task<OperationHolder?> HolderOfAsync(string topologyName, CancellationToken cancellationToken);
}

/// <summary>The right to change one topology; disposing gives it back.</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Who holds it.</summary>
    OperationHolder Holder { get; }

    /// <summary>
    /// Cancelled when the work has to stop: a request wants the topology that may have it. The work then disposes its lease.
    /// </summary>
    CancellationToken GiveWay { get; }

    /// <summary>Who wants the topology, once <see cref="GiveWay"/> is cancelled.</summary>
    OperationHolder? Taker { get; }

    /// <summary>Whose work was ended for this request; null when the topology was free, or held for work of the server itself.</summary>
    OperationHolder? TakenFrom { get; }

    /// <summary>For the work to tell how far it is.</summary>
    OperationSteps Steps { get; }

    /// <summary>Nobody waits for this work any more: from now on it gives way to a request, as background work does.</summary>
    void LetGiveWay();

    /// <summary>
    /// Until this is disposed the work only waits for what others do: a new request of its kind, which may ask for something that
    /// can come, takes its place.
    /// </summary>
    IDisposable Waiting();
}
