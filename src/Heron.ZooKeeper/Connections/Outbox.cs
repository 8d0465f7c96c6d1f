// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Connections;

/// <summary>
/// Requests that wait to be sent. It outlives connections. Its lock guards the connection's queues, too, so that a request is
/// always in exactly one place.
/// </summary>
internal sealed class Outbox
{
    private readonly Queue<PendingRequest> _waiting = new();

    public Lock Gate { get; } = new();

    public int Count => _waiting.Count;

    public void Add(PendingRequest request) => _waiting.Enqueue(request);

    public bool TryPeek(out PendingRequest? request) => _waiting.TryPeek(out request);

    public PendingRequest Take() => _waiting.Dequeue();

    /// <summary>Drops requests that have ended already, by their deadline or their caller.</summary>
    public void DropEnded() => Keep(static request => !request.IsDone);

    public List<PendingRequest> TakeAll()
    {
        List<PendingRequest> all = [.. _waiting];
        _waiting.Clear();
        return all;
    }

    /// <summary>Takes out those that must not be sent in another session.</summary>
    public List<PendingRequest> TakeBoundToSession()
    {
        List<PendingRequest> bound = [.. _waiting.Where(static request => request.BelongsToSession)];
        Keep(static request => !request.BelongsToSession);
        return bound;
    }

    private void Keep(Func<PendingRequest, bool> wanted)
    {
        for (int n = _waiting.Count; n > 0; n--)
        {
            PendingRequest request = _waiting.Dequeue();
            if (wanted(request))
            {
                _waiting.Enqueue(request);
            }
        }
    }
}
