// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Submit;

/// <summary>
/// How many definitions are read, configured and planned at once. That is work of the processor and takes memory, and a dry run of it
/// is free for whoever sends one: the others wait, in turn, and one caller never has all places.
/// </summary>
public sealed class PlanningGate
{
    private readonly FairGate<string> _gate;

    /// <summary>A gate of a size that fits this machine's processors.</summary>
    public PlanningGate()
        : this(Math.Max(2, Environment.ProcessorCount), waitingOfOne: 100, waitingOfAll: 512)
    {
    }

    /// <summary>A gate.</summary>
    /// <param name="size">How many at once, two at least.</param>
    /// <param name="waitingOfOne">How many of one caller may wait.</param>
    /// <param name="waitingOfAll">How many may wait.</param>
    public PlanningGate(int size, int waitingOfOne, int waitingOfAll) => _gate = new(
        new FairGateLimits(size, size - 1, waitingOfAll, waitingOfOne), "submissions and dry runs", TimeSpan.FromSeconds(5));

    /// <summary>Waits for a place.</summary>
    /// <param name="caller">Who asks: places and turns are counted by address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Disposing it gives the place to the next.</returns>
    /// <exception cref="BusyException">Too many wait already.</exception>
    public Task<IDisposable> EnterAsync(Caller caller, CancellationToken cancellationToken) => _gate.EnterAsync(caller.Address, cancellationToken);
}
