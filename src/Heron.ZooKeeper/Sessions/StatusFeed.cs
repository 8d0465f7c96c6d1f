// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Heron.ZooKeeper.Sessions;

/// <summary>The latest status, and a stream of those that follow for everybody who listens.</summary>
internal sealed class StatusFeed
{
    private const int Backlog = 64;

    private readonly Lock _gate = new();
    private readonly List<Channel<SessionStatus>> _listeners = [];
    private SessionStatus _latest = new(SessionState.Connecting, 0, 0, TimeSpan.Zero, 0);

    public SessionStatus Latest => Volatile.Read(ref _latest);

    public void Publish(SessionStatus status)
    {
        lock (_gate)
        {
            if (_latest.State == SessionState.Closed)
            {
                return;
            }

            Volatile.Write(ref _latest, status);
            foreach (Channel<SessionStatus> listener in _listeners)
            {
                listener.Writer.TryWrite(status);
                if (status.State == SessionState.Closed)
                {
                    listener.Writer.TryComplete();
                }
            }
        }
    }

    /// <summary>The latest status at once, then every change. Ends after <see cref="SessionState.Closed"/>.</summary>
    public async IAsyncEnumerable<SessionStatus> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A listener that sleeps loses the oldest changes, never the newest; the epoch shows what was missed.
        var channel = Channel.CreateBounded<SessionStatus>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            channel.Writer.TryWrite(_latest);
            if (_latest.State == SessionState.Closed)
            {
                channel.Writer.TryComplete();
            }
            else
            {
                _listeners.Add(channel);
            }
        }

        try
        {
            await foreach (SessionStatus status in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return status;
            }
        }
        finally
        {
            lock (_gate)
            {
                _listeners.Remove(channel);
            }
        }
    }
}
