// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.History;

/// <summary>What has happened to all topologies, in memory and on disk, for a set time.</summary>
public sealed partial class EventLog : IDisposable
{
    private const int MostInMemory = 100_000;

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly EventFolder _folder;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ILogger<EventLog> _logger;
    private readonly List<TopologyEvent> _events;
    private readonly Queue<TopologyEvent> _unwritten = new();
    private TaskCompletionSource _added = NewSignal();
    private DateTimeOffset _forgotten;
    private bool _isWritten = true;
    private long _last;

    /// <summary>Goes on with what earlier servers wrote.</summary>
    public EventLog(InstanceFolder instance, HistorySettings settings, TimeProvider time, ILogger<EventLog> logger)
    {
        _folder = new EventFolder(instance, time);
        _retention = settings.Retention;
        _time = time;
        _logger = logger;
        try
        {
            _events = _folder.Read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, fault.Message);
            _events = [];
        }

        _last = _events.Count > 0 ? _events[^1].Id : 0;
        Forget();
    }

    /// <summary>Every event that is known, oldest first.</summary>
    public IReadOnlyList<TopologyEvent> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Notes an event; its id is given here.</summary>
    public void Add(TopologyEvent happened)
    {
        TaskCompletionSource added;
        lock (_gate)
        {
            // Grows also when the server is started anew, or the clock is set back.
            _last = Math.Max(_last + 1, _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
            var noted = happened with { Id = _last };
            _events.Add(noted);
            Write(noted);
            if (_time.GetUtcNow() - _forgotten > ForgetEvery || _events.Count > MostInMemory)
            {
                Forget();
            }

            (added, _added) = (_added, NewSignal());
        }

        added.SetResult();
    }

    /// <summary>The newest events that are wanted.</summary>
    public EventList Read(EventQuery query)
    {
        lock (_gate)
        {
            var found = new List<TopologyEvent>();
            for (var i = _events.Count - 1; i >= 0; i--)
            {
                if (query.Takes(_events[i]))
                {
                    if (found.Count == query.Limit)
                    {
                        return new EventList(found) { Next = found[^1].Id };
                    }

                    found.Add(_events[i]);
                }
            }

            return new EventList(found);
        }
    }

    /// <summary>Events that are wanted, oldest first: those noted after one, or the newest, then all that follow.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">The id of the last one that is known already; null to begin with the newest.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TopologyEvent> FollowAsync(
        EventQuery query, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = after ?? 0;
        if (after is null)
        {
            foreach (var happened in Read(query).Events.Reverse())
            {
                last = happened.Id;
                yield return happened;
            }
        }

        while (true)
        {
            List<TopologyEvent> news;
            Task added;
            lock (_gate)
            {
                news = [.. _events.Skip(IndexAfter(last)).Where(query.Takes)];
                last = _events.Count > 0 ? Math.Max(last, _events[^1].Id) : last;
                added = _added.Task;
            }

            foreach (var happened in news)
            {
                yield return happened;
            }

            await added.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int IndexAfter(long id)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _events[middle].Id <= id ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Write(TopologyEvent happened)
    {
        if (_retention == TimeSpan.Zero)
        {
            return;
        }

        _unwritten.Enqueue(happened);
        if (_unwritten.Count > MostInMemory)
        {
            _unwritten.Dequeue();
        }

        try
        {
            // Those that could not be written before go first.
            while (_unwritten.TryPeek(out var next))
            {
                _folder.Append(next);
                _unwritten.Dequeue();
            }

            _isWritten = true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (_isWritten)
            {
                Log.NotWritten(_logger, fault.Message);
            }

            _isWritten = false;
        }
    }

    private void Forget()
    {
        var now = _time.GetUtcNow();
        _forgotten = now;
        if (_events.Count > MostInMemory)
        {
            _events.RemoveRange(0, MostInMemory / 10);
        }

        if (_retention > TimeSpan.Zero)
        {
            // By when it was noted: a container that has run for long when it is seen first began before anything that is kept.
            _events.RemoveAll(happened => happened.Noted < now - _retention);
            try
            {
                _folder.Forget(now - _retention);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.NotWritten(_logger, fault.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the history of topologies cannot be read, and begins anew: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the history of topologies cannot be written, and is kept in memory until it can: {Reason}")]
        public static partial void NotWritten(ILogger logger, string reason);
    }
}
