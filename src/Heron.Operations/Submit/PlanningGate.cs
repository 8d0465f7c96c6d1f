// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;

namespace Heron.Operations.Submit;

/// <summary>
/// How many definitions are read, configured and planned at once. That is work of the processor and takes memory, and a dry run of it
/// is free for whoever sends one: the others wait, in turn, and one caller never has all places.
/// </summary>
public sealed class PlanningGate
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly int _size;
    private readonly int _waitingOfOne;
    private readonly int _waitingOfAll;
    private readonly Dictionary<string, int> _working = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiting = [];
    private int _busy;

    /// <summary>A gate of a size that fits this machine's processors.</summary>
    public PlanningGate()
        : this(Math.Max(2, Environment.ProcessorCount), waitingOfOne: 100, waitingOfAll: 512)
    {
    }

    /// <summary>A gate.</summary>
    /// <param name="size">How many at once, two at least.</param>
    /// <param name="waitingOfOne">How many of one caller may wait.</param>
    /// <param name="waitingOfAll">How many may wait.</param>
    public PlanningGate(int size, int waitingOfOne, int waitingOfAll) =>
        (_size, _waitingOfOne, _waitingOfAll) = (size, waitingOfOne, waitingOfAll);

    /// <summary>Waits for a place.</summary>
    /// <param name="caller">Who asks: places and turns are counted by address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Disposing it gives the place to the next.</returns>
    /// <exception cref="BusyException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(Caller caller, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (MayWork(caller.Address))
            {
                Begin(caller.Address);
                return new GiveBack(() => End(caller.Address));
            }

            if (_waiting.Count(w => w.Address == caller.Address) >= _waitingOfOne)
            {
                throw new BusyException(
                    string.Create(CultureInfo.InvariantCulture, $"{_waitingOfOne} submissions and dry runs from {caller.Address} wait already; send it again in a moment"),
                    isCallers: true,
                    RetryAfter);
            }

            if (_waiting.Count >= _waitingOfAll)
            {
                throw new BusyException(
                    string.Create(CultureInfo.InvariantCulture, $"{_waitingOfAll} submissions and dry runs wait already; send it again in a moment"),
                    isCallers: false,
                    RetryAfter);
            }

            waiter = new Waiter(caller.Address);
            _waiting.AddLast(waiter);
        }

        await using var left = cancellationToken.Register(() => GiveUp(waiter, cancellationToken));
        await waiter.Turn.Task;
        return new GiveBack(() => End(caller.Address));
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiting.Remove(waiter))
            {
                waiter.Turn.TrySetCanceled(cancellationToken);
            }
        }
    }

    private bool MayWork(string address) => _busy < _size && _working.GetValueOrDefault(address) < _size - 1;

    private void Begin(string address)
    {
        _busy++;
        _working[address] = _working.GetValueOrDefault(address) + 1;
    }

    private void End(string address)
    {
        lock (_lock)
        {
            _busy--;
            if (--_working[address] == 0)
            {
                _working.Remove(address);
            }

            // Whose turn it is: the first who may.
            for (var node = _waiting.First; node is not null; node = node.Next)
            {
                if (MayWork(node.Value.Address))
                {
                    _waiting.Remove(node);
                    Begin(node.Value.Address);
                    node.Value.Turn.TrySetResult();
                    return;
                }
            }
        }
    }

    private sealed class Waiter(string address)
    {
        public string Address => address;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
