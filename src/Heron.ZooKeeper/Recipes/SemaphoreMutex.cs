// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Recipes;

namespace Heron.ZooKeeper;

/// <summary>
/// A lock between programs, compatible with Curator's <c>InterProcessSemaphoreMutex</c> at the same path: an inner queue of
/// ephemeral sequential nodes under <c>PATH/locks</c> decides who may ask, and whoever sees a single node under
/// <c>PATH/leases</c>, its own, holds the lock. Contenders of kazoo's <c>Lock</c> at the same path, which are direct children
/// of it, are waited for and made to wait as well.
/// </summary>
/// <remarks>
/// The order is always the same (kazoo's queue, the inner queue, the lease) and all but the lease are given back once the lease
/// is there, save kazoo's, which is kept as long as the lease: so programs that know only one of them cannot make a circle.
/// Like Curator we let the server remove the lock's own nodes when they are empty: they are container nodes.
/// </remarks>
/// <param name="client">The client whose session will hold the lock.</param>
/// <param name="path">The lock's path.</param>
/// <param name="acl">The access control list of new nodes; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
public sealed class SemaphoreMutex(ZooKeeperClient client, string path, IReadOnlyList<Acl>? acl = null)
{
    private const string KazooName = "__lock__";
    private const string InnerName = "lock-";
    private const string LeaseName = "lease-";

    private readonly string _locks = NodePath.Join(path, "locks");
    private readonly string _leases = NodePath.Join(path, "leases");

    /// <summary>Waits for the lock.</summary>
    /// <param name="timeout">
    /// How long to wait behind others. A lock that is free is had even if the servers take longer than that to answer, as long
    /// as all of it takes no longer than <see cref="ZooKeeperOptions.OperationTimeout"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The held lock, or <see langword="null"/> when the time passed without it.</returns>
    /// <exception cref="ZooKeeperException">
    /// The servers did not answer in the longer one of these times, or a permission is missing.
    /// </exception>
    public async Task<SemaphoreMutexLease?> TryAcquireAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var waiting = new Ambiguity(client, timeout, cancellationToken);
        bool waitsLonger = timeout >= client.Options.OperationTimeout;
        var requests = waitsLonger ? waiting : new Ambiguity(client, client.Options.OperationTimeout, cancellationToken);
        while (true)
        {
            long epoch = client.Status.Epoch; // before the token, so that a session ending in between is noticed
            CancellationToken session = client.SessionEnded;
            var held = new HeldNodes(client, session);
            try
            {
                SemaphoreMutexLease? lease = await TryOnceAsync(held, waiting, requests, session, cancellationToken).ConfigureAwait(false);
                if (lease is not null && client.Status.Epoch == epoch)
                {
                    return lease;
                }

                held.GiveBackAll();
                if ((lease is null ? waiting : requests).Left == TimeSpan.Zero)
                {
                    return null;
                }
            }
            catch (ZooKeeperException e) when (Again(e, epoch) && requests.Left > TimeSpan.Zero)
            {
                // Our node went with its session, or the server removed an empty container under us: queue up again.
                held.GiveBackAll();
            }
            catch (ZooKeeperConnectionException e) when (waitsLonger && e.Code == ErrorCode.OperationTimeout && client.Status.State == SessionState.Connected)
            {
                // Every call has all the time that was left, so now there is none, even if a timer was early by a moment.
                held.GiveBackAll();
                return null;
            }
            catch
            {
                held.GiveBackAll();
                throw;
            }
        }
    }

    private bool Again(ZooKeeperException e, long epoch) =>
        (e.Code == ErrorCode.NoNode && e.Path != "/") || e.Code == ErrorCode.SessionExpired || (client.Status.Epoch != epoch && e.Code != ErrorCode.Closed);

    private async Task<SemaphoreMutexLease?> TryOnceAsync(HeldNodes held, Ambiguity waiting, Ambiguity time, CancellationToken session, CancellationToken cancellationToken)
    {
        var queue = new ContenderQueue(client, waiting, time, cancellationToken);
        await EnsureAsync(path, time, cancellationToken).ConfigureAwait(false);
        string outer = held.Add(await client.CreateProtectedAsync(path, KazooName, acl: acl, timeout: time.Left, cancellationToken: cancellationToken).ConfigureAwait(false));
        if (!await queue.BecomeFirstAsync(outer, static name => name.Contains(KazooName, StringComparison.Ordinal)).ConfigureAwait(false))
        {
            return null;
        }

        await EnsureAsync(_locks, time, cancellationToken).ConfigureAwait(false);
        string inner = held.Add(await client.CreateProtectedAsync(_locks, InnerName, acl: acl, timeout: time.Left, cancellationToken: cancellationToken).ConfigureAwait(false));
        if (!await queue.BecomeFirstAsync(inner, static _ => true).ConfigureAwait(false))
        {
            return null;
        }

        await EnsureAsync(_leases, time, cancellationToken).ConfigureAwait(false);
        string lease = held.Add(await client.CreateProtectedAsync(_leases, LeaseName, acl: acl, timeout: time.Left, cancellationToken: cancellationToken).ConfigureAwait(false));
        if (!await queue.BecomeOnlyAsync(lease).ConfigureAwait(false))
        {
            return null;
        }

        held.GiveBack(inner);
        return new SemaphoreMutexLease(client, lease, outer, session);
    }

    private Task EnsureAsync(string node, Ambiguity time, CancellationToken cancellationToken) =>
        NodeTree.EnsureAsync(client, node, CreateMode.Container, acl, time.Left, cancellationToken);
}

/// <summary>A held <see cref="SemaphoreMutex"/>. Dispose it to give the lock back.</summary>
public sealed class SemaphoreMutexLease : IAsyncDisposable
{
    private readonly ZooKeeperClient _client;
    private readonly string _outerPath;
    private int _released;

    internal SemaphoreMutexLease(ZooKeeperClient client, string leasePath, string outerPath, CancellationToken lost)
    {
        _client = client;
        _outerPath = outerPath;
        Path = leasePath;
        Lost = lost;
    }

    /// <summary>The lease's node.</summary>
    public string Path { get; }

    /// <summary>
    /// Cancelled when the session that holds the lock has ended: from then on others may hold it, so what it protects must
    /// stop. While the client is merely <see cref="SessionState.Suspended"/> the lock is still held.
    /// </summary>
    public CancellationToken Lost { get; }

    /// <summary>
    /// Gives the lock back. Waits for the server, but at most <see cref="ZooKeeperOptions.OperationTimeout"/>; without an
    /// answer by then the attempt goes on in the background until it succeeds or the session ends.
    /// </summary>
    /// <returns>A task that never fails.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 1)
        {
            return;
        }

        Task lease = Cleanup.DeleteAsync(_client, Path, Lost);
        Task outer = Cleanup.DeleteAsync(_client, _outerPath, Lost);
        await Task.WhenAll(lease, outer)
            .WaitAsync(_client.Options.OperationTimeout, _client.Options.TimeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
