using Heron.Core;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;

namespace Heron.Operations.Running;

/// <summary>
/// What all operations share: takes the topology, settles what was left of it, finds it, does the work, and gives it back.
/// </summary>
public sealed class OperationRunner(
    IExclusion exclusion, Recovery recovery, RunningTopologies topologies, OperationLifetime lifetime)
{
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

    /// <summary>Runs an operation that has its own idea of what must be there.</summary>
    /// <param name="operation">What is done.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="address">Which topology.</param>
    /// <param name="find">Looks at what is there, told whether something interrupted was settled just now.</param>
    /// <param name="work">
    /// Does it. The token ends with the server, not with the client; but once the client has left, also when another
    /// request wants the topology, for operations that give way.
    /// </param>
    /// <param name="callerLeft">Cancelled when the client leaves; ends the operation as long as the work has not begun.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Conflict"/>: somebody else holds the topology; <see cref="FaultKind.Unavailable"/>: what was left of
    /// it cannot be settled now, or the server is stopping; and what is thrown by finding it and by the work.
    /// </exception>
    public Task<T> RunAsync<TFound, T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<bool, CancellationToken, Task<TFound>> find,
        Func<TFound, CancellationToken, Task<T>> work,
        CancellationToken callerLeft) =>
        OperationMetrics.MeasureAsync(
            operation.Name, address.Name, () => EnterAsync(operation, caller, address, find, work, callerLeft));

    private async Task<T> EnterAsync<TFound, T>(
        OperationKind operation,
        Caller caller,
        TopologyAddress address,
        Func<bool, CancellationToken, Task<TFound>> find,
        Func<TFound, CancellationToken, Task<T>> work,
        CancellationToken callerLeft)
    {
        try
        {
            using var before = CancellationTokenSource.CreateLinkedTokenSource(callerLeft, lifetime.Ending);
            await using var lease = await exclusion.EnterAsync(address.Name, operation.Name, caller, before.Token);
            var settled = await recovery.SettleAsync(address.Name, before.Token);
            var found = await find(settled, before.Token);
            var result = await WorkAsync(operation, address, lease, token => work(found, token), callerLeft);
            await topologies.ShowAsync(address.Name, lifetime.Ending);
            return result;
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

    private async Task<T> WorkAsync<T>(
        OperationKind operation,
        TopologyAddress address,
        ILease lease,
        Func<CancellationToken, Task<T>> work,
        CancellationToken callerLeft)
    {
        // An update may wait for minutes. When its client has left, a kill must not have to wait for it as well.
        using var leaving = operation.GivesWay ? callerLeft.Register(lease.LetGiveWay) : default;
        using var during = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Ending, lease.GiveWay);
        try
        {
            return await work(during.Token);
        }
        catch (OperationCanceledException e)
            when (lease.GiveWay.IsCancellationRequested && !lifetime.Ending.IsCancellationRequested)
        {
            throw new HeronException(
                FaultKind.Conflict,
                $"{operation.Name} of '{address.Name}' gave way to another request after its client had left",
                e);
        }
    }
}
