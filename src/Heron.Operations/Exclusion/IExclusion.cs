using Heron.Core;

namespace Heron.Operations.Exclusion;

/// <summary>
/// Lets one operation at a time change a topology. It is asked first by every operation; an update takes the state manager's
/// lock besides, which other programs honour.
/// </summary>
public interface IExclusion
{
    /// <summary>Takes the topology for a request, which does not queue: it is told who holds the topology since when.</summary>
    /// <param name="topologyName">Its name; names are unique in a state manager.</param>
    /// <param name="operation">What is to be done, as one word.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait for background work that is giving way.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/> when another request holds it.</exception>
    Task<ILease> EnterAsync(string topologyName, string operation, Caller caller, CancellationToken cancellationToken);

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
    /// Cancelled when the work has to stop: a request wants the topology that is held for work for which nobody waits. The work
    /// then disposes its lease.
    /// </summary>
    CancellationToken GiveWay { get; }

    /// <summary>Nobody waits for this work any more: from now on it gives way to a request, as background work does.</summary>
    void LetGiveWay();
}
