using Heron.Core;
using Heron.Operations.Exclusion;

namespace Heron.Operations.Running;

/// <summary>Runs one operation on one running topology: finds it, takes it, and gives it back.</summary>
public sealed class OperationRunner(RunningTopologies topologies, OperationGate gate, OperationLifetime lifetime)
{
    /// <summary>Runs an operation that changes the topology.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="address">Which topology.</param>
    /// <param name="operation">What is done, as one word.</param>
    /// <param name="work">
    /// Does it. The token ends with the server, not with the client; but once the client has left, also when another
    /// request wants the topology.
    /// </param>
    /// <param name="callerLeft">Cancelled when the client leaves, which it may do before the operation is over.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>, <see cref="FaultKind.Conflict"/>: no such topology, or somebody else holds it; and
    /// what <paramref name="work"/> throws.
    /// </exception>
    public async Task<T> RunAsync<T>(
        Caller caller,
        TopologyAddress address,
        string operation,
        Func<RunningTopology, CancellationToken, Task<T>> work,
        CancellationToken callerLeft)
    {
        try
        {
            using var lease = await gate.EnterAsync(address.Name, operation, caller, lifetime.Ending);

            // An update may wait for minutes. When its client has left, a kill must not have to wait for it as well.
            using var leaving = callerLeft.Register(lease.LetGiveWay);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Ending, lease.GiveWay);
            var topology = await topologies.FindAsync(
                address, either.Token);
            return await work(topology, either.Token);
        }
        catch (OperationCanceledException e) when (lifetime.Ending.IsCancellationRequested)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"The server is stopping, so {operation} of '{address.Name}' was cut off; an update is brought to an end at the "
                + "server's next start, anything else can be sent again",
                e);
        }
        catch (OperationCanceledException e) when (callerLeft.IsCancellationRequested)
        {
            throw new HeronException(
                FaultKind.Conflict, $"{operation} of '{address.Name}' gave way to another request after its client had left", e);
        }
    }
}
