// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Core;

/// <summary>
/// Lets some in at once. The others wait, in turn; one client never has all places, nor all of the row: who has his share lets those
/// behind him go first.
/// </summary>
/// <typeparam name="TClient">What tells one client from another.</typeparam>
/// <param name="limits">How many.</param>
/// <param name="what">What they are, for the message to those who are sent away.</param>
/// <param name="retryAfter">When those are to ask again.</param>
public sealed class FairGate<TClient>(FairGateLimits limits, string what, TimeSpan retryAfter)
    where TClient : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TClient, int> _entered = [];
    private readonly Dictionary<TClient, int> _waitingOfEach = [];
    private readonly LinkedList<Waiter> _waiting = [];
    private int _busy;

    /// <summary>Waits for a place.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Disposing it gives the place to the next.</returns>
    /// <exception cref="BusyException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(TClient client, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (MayEnter(client))
            {
                Enter(client);
                return new GiveBack(() => Leave(client));
            }

            if (_waitingOfEach.GetValueOrDefault(client) >= limits.WaitingOfOne)
            {
                throw Busy(limits.WaitingOfOne, " of this client", isCallers: true);
            }

            if (_waiting.Count >= limits.WaitingOfAll)
            {
                throw Busy(limits.WaitingOfAll, "", isCallers: false);
            }

            waiter = new Waiter(client);
            _waiting.AddLast(waiter);
            Add(_waitingOfEach, client, 1);
        }

        await using var left = cancellationToken.Register(() => GiveUp(waiter, cancellationToken));
        await waiter.Turn.Task;
        return new GiveBack(() => Leave(client));
    }

    private static void Add(Dictionary<TClient, int> counts, TClient client, int more)
    {
        if ((counts[client] = counts.GetValueOrDefault(client) + more) == 0)
        {
            counts.Remove(client);
        }
    }

    private BusyException Busy(int waiting, string whose, bool isCallers) => new(
        string.Create(CultureInfo.InvariantCulture, $"{waiting} {what}{whose} wait already; send it again in a moment"), isCallers, retryAfter);

    private bool MayEnter(TClient client) => _busy < limits.All && _entered.GetValueOrDefault(client) < limits.OfOne;

    private void Enter(TClient client)
    {
        _busy++;
        Add(_entered, client, 1);
    }

    private void Leave(TClient client)
    {
        lock (_lock)
        {
            _busy--;
            Add(_entered, client, -1);

            // Whose turn it is: the first who may.
            for (var node = _waiting.First; node is not null; node = node.Next)
            {
                if (MayEnter(node.Value.Client))
                {
                    Remove(node);
                    Enter(node.Value.Client);
                    node.Value.Turn.TrySetResult();
                    return;
                }
            }
        }
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiting.Find(waiter) is { } node)
            {
                Remove(node);
                waiter.Turn.TrySetCanceled(cancellationToken);
            }
        }
    }

    private void Remove(LinkedListNode<Waiter> node)
    {
        _waiting.Remove(node);
        Add(_waitingOfEach, node.Value.Client, -1);
    }

    private sealed class Waiter(TClient client)
    {
        public TClient Client => client;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>How many a <see cref="FairGate{TClient}"/> lets in, and has wait.</summary>
/// <param name="All">At once.</param>
/// <param name="OfOne">Of one client at once.</param>
/// <param name="WaitingOfAll">May wait.</param>
/// <param name="WaitingOfOne">Of one client may wait.</param>
public sealed record FairGateLimits(int All, int OfOne, int WaitingOfAll, int WaitingOfOne);
