// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;

namespace Heron.ApiServer.Access;

/// <summary>
/// Slows who guesses: after a few failures from an address, or for a user from an address, the next try is refused unread for a time that
/// doubles. A user is not locked out by what others do elsewhere, and a success forgets the failures of that user. An address is what
/// counts as one client (<see cref="ClientAddress"/>): of IPv6 everybody has more addresses than there are passwords to guess.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failures of one user from one address before tries are refused.</summary>
    public const int FreeTriesOfUser = 5;

    /// <summary>Failures from one address, whoever is tried.</summary>
    public const int FreeTriesOfAddress = 20;

    private const int MaxEntries = 10_000;

    // What is longer is counted by its hash: names are made up by whoever guesses, and kept.
    private const int LongestName = 64;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<(IPAddress Address, string User), Failures> _failures = new();

    // The last try of each client that one is looked at of.
    private readonly Dictionary<IPAddress, Task> _turns = [];

    /// <summary>How long the client has to wait before its next try is looked at; zero when it may try now.</summary>
    public TimeSpan WaitOf(IPAddress address, string user)
    {
        var (ofUser, ofAddress) = (Of(address, user), Of(address, ""));
        return ofUser > ofAddress ? ofUser : ofAddress;

        TimeSpan Of(IPAddress from, string name) =>
            _failures.TryGetValue(Key(from, name), out var failures) && failures.Until > time.GetUtcNow()
                ? failures.Until - time.GetUtcNow()
                : TimeSpan.Zero;
    }

    /// <summary>Notes a failure.</summary>
    public void Failed(IPAddress address, string user)
    {
        if (user.Length > 0)
        {
            Count(Key(address, user), FreeTriesOfUser);
        }

        Count(Key(address, ""), FreeTriesOfAddress);
    }

    /// <summary>
    /// Looks at a try when no other of the client is being looked at: of many that are sent at once, each must be refused by what came of
    /// those before it.
    /// </summary>
    public async Task<T> InTurnAsync<T>(IPAddress address, Func<T> look, CancellationToken cancellationToken)
    {
        var client = ClientAddress.Of(address);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_turns)
        {
            before = _turns.GetValueOrDefault(client, Task.CompletedTask);
            _turns[client] = ended.Task;
        }

        try
        {
            await before.WaitAsync(cancellationToken);
            return look();
        }
        finally
        {
            // Who goes away while it waits does not let those behind it pass those before it.
            _ = PassOnAsync();
        }

        async Task PassOnAsync()
        {
            await before;
            lock (_turns)
            {
                if (_turns.GetValueOrDefault(client) == ended.Task)
                {
                    _turns.Remove(client);
                }
            }

            ended.SetResult();
        }
    }

    /// <summary>Notes a success.</summary>
    public void Succeeded(IPAddress address, string user) => _failures.TryRemove(Key(address, user), out _);

    private static (IPAddress Address, string User) Key(IPAddress address, string user) =>
        (ClientAddress.Of(address), user.Length <= LongestName ? user : Convert.ToHexString(AccessToken.Hash(user)));

    private void Count((IPAddress, string) key, int free)
    {
        var now = time.GetUtcNow();
        if (_failures.Count >= MaxEntries)
        {
            foreach (var (old, failures) in _failures.Where(f => now - f.Value.Last > Forgotten))
            {
                _failures.TryRemove(KeyValuePair.Create(old, failures));
            }

            // More than anybody mistypes: a flood of made-up names. The address is counted all the same.
            if (_failures.Count >= MaxEntries && !_failures.ContainsKey(key) && key.Item2.Length > 0)
            {
                return;
            }
        }

        _failures.AddOrUpdate(
            key,
            _ => new Failures(1, now, now),
            (_, before) =>
            {
                var count = now - before.Last > Forgotten ? 1 : before.Count + 1;
                var wait = count < free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(count - free, 20))));
                return new Failures(count, now, now + wait);
            });
    }

    private sealed record Failures(int Count, DateTimeOffset Last, DateTimeOffset Until);
}
