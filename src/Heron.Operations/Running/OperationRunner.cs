// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;

namespace Heron.Operations.Running;

/// <summary>
/// What all operations share: takes the topology, settles what was left of it, finds it, does the work, and gives it back.
/// </summary>
public sealed class OperationRunner(
    IExclusion exclusion,
    Recovery recovery,
    RunningTopologies topologies,
    TakenBack takenBack,
    OperationLifetime lifetime,
    IEnumerable<IOperationWitness> witnesses,
    TimeProvider time)
{
    private readonly IOperationWitness[] _witnesses = [.. witnesses];

    /// <summary>Runs an operation on a topology that is registered under its address.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>, <see cref="FaultKind.Conflict"/>: no such topology.</exception>
    /// <inheritdoc cref="RunAsync{TFound, T}" path="//param"/>
    public Task<T> RunAsync<T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<RunningTopology, CancellationToken, Task<T>> work,
        CancellationToken callerLeft) =>
        RunAsync(operation, caller, address, (_, token) => topologies.FindAsync(address, token), work, callerLeft);

    /// <summary>The same for work that knows its lease, to say when it only waits.</summary>
    /// <inheritdoc cref="RunAsync{TFound, T}" path="//param"/>
    public Task<T> RunAsync<T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<RunningTopology, ILease, CancellationToken, Task<T>> work,
        CancellationToken callerLeft) => MeasuredAsync(
            operation, caller, address, (_, token) => topologies.FindAsync(address, token), work, callerLeft);

    /// <summary>Runs an operation that has its own idea of what must be there.</summary>
    /// <param name="operation">What is done.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="address">Which topology.</param>
    /// <param name="find">
    /// Looks at what is there, told whether something interrupted was settled just now, or ended for this operation.
    /// </param>
    /// <param name="work">
    /// Does it. The token ends with the server, not with the client; and when another request takes the topology over: a kill at
    /// any time, any request once the client of an operation that gives way has left.
    /// </param>
    /// <param name="callerLeft">Cancelled when the client leaves; ends the operation as long as the work has not begun.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Conflict"/>: somebody else holds the topology, or has taken it over; <see cref="FaultKind.Unavailable"/>:
    /// what was left of it cannot be settled now, or the server is stopping; and what is thrown by finding it and by the work.
    /// </exception>
    public Task<T> RunAsync<TFound, T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<bool, CancellationToken, Task<TFound>> find,
        Func<TFound, CancellationToken, Task<T>> work,
        CancellationToken callerLeft) =>
        MeasuredAsync(operation, caller, address, find, (found, _, token) => work(found, token), callerLeft);

    private Task<T> MeasuredAsync<TFound, T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<bool, CancellationToken, Task<TFound>> find,
        Func<TFound, ILease, CancellationToken, Task<T>> work,
        CancellationToken callerLeft) =>
        OperationMetrics.MeasureAsync(
            operation.Name, address.Name, () => EnterAsync(operation, caller, address, find, work, callerLeft));

    private async Task<T> EnterAsync<TFound, T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<bool, CancellationToken, Task<TFound>> find,
        Func<TFound, ILease, CancellationToken, Task<T>> work,
        CancellationToken callerLeft)
    {
        try
        {
            using var before = CancellationTokenSource.CreateLinkedTokenSource(callerLeft, lifetime.Ending);
            if (operation.NeedsTopology)
            {
                await topologies.RefuseElsewhereAsync(address, before.Token);
            }

            await using var lease = await exclusion.EnterAsync(address, operation, caller, before.Token);
            try
            {
                return await HoldAsync(operation, caller, address, lease, find, work, callerLeft);
            }
            catch (Exception e) when (lease.Taker is not null && !lifetime.Ending.IsCancellationRequested)
            {
                throw Ended(operation, address, lease.Taker, e);
            }
        }
        catch (OperationCanceledException e) when (lifetime.Ending.IsCancellationRequested)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"The server is stopping, so {operation.Name} of '{address.Name}' was cut off; an update is brought to an end at the "
                + "server's next start, anything else can be sent again",
                e);
        }
    }

    /// <summary>Does the work and tells what came of it. What was refused before it began is told to its caller only.</summary>
    private async Task<T> TellAsync<T>(OperationKind operation, Caller caller, TopologyAddress address, Func<Task<T>> work)
    {
        var ended = new EndedOperation(operation, caller, address, time.GetUtcNow());
        var begun = time.GetTimestamp();
        foreach (var witness in _witnesses)
        {
            witness.Began(address);
        }

        try
        {
            var result = await work();
            ended = ended with { Result = result };
            return result;
        }
        catch (Exception fault)
        {
            ended = ended with { Fault = fault };
            throw;
        }
        finally
        {
            foreach (var witness in _witnesses)
            {
                witness.Ended(ended with { Took = time.GetElapsedTime(begun) });
            }
        }
    }

    private async Task<T> HoldAsync<TFound, T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        ILease lease,
        Func<bool, CancellationToken, Task<TFound>> find,
        Func<TFound, ILease, CancellationToken, Task<T>> work,
        CancellationToken callerLeft)
    {
        using var during = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Ending, lease.GiveWay);
        using var before = CancellationTokenSource.CreateLinkedTokenSource(callerLeft, during.Token);
        var settled = await recovery.SettleAsync(address.Name, before.Token);
        await takenBack.LookAsync(address.Name, before.Token);
        var found = await find(settled || lease.TakenFrom is not null, before.Token);

        // An update may wait for minutes. When its client has left, nobody must have to wait for it.
        using var leaving = operation.GivesWay ? callerLeft.Register(lease.LetGiveWay) : default;
        var result = await TellAsync(operation, caller, address, () => work(found, lease, during.Token));
        await topologies.ShowAsync(address.Name, lifetime.Ending);
        return result;
    }

    /// <summary>
    /// What the client of an operation is told that another request has ended, whatever it was doing: it fails in many ways then.
    /// What was begun is in the journal, which the other request settles or drops.
    /// </summary>
    private static HeronException Ended(OperationKind operation, TopologyAddress address, OperationHolder taker, Exception fault) => new(
        FaultKind.Conflict,
        $"{operation.Name} of '{address.Name}' was ended by another request, which took the topology over: {taker}"
        + (fault is OperationCanceledException ? "" : $". It was at this: {fault.Message}"),
        fault);
}
