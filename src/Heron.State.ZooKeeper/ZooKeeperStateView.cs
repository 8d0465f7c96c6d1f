// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.State;
using Heron.ZooKeeper;
using Microsoft.Extensions.Logging;

namespace Heron.State.ZooKeeper;

/// <summary>
/// The view of a state in ZooKeeper: a watch on the list of topologies and one on each of their nodes. What fired is read again,
/// all of it in one pass, and each pass shows at once.
/// </summary>
/// <remarks>
/// A watch on a node is set by asking whether it exists, so one of a node that is not there yet fires when it comes to be, and a
/// node that is too large is known before its bytes are asked for. A lost connection costs no reads: the client sets its watches
/// again and the servers fire those that missed something. With the session all watches end, and everything is read anew.
/// </remarks>
internal sealed partial class ZooKeeperStateView : StateViewStore, IAsyncDisposable
{
    /// <summary>Of nodes; each is two requests, and the client keeps at most 10,000 waiting.</summary>
    private const int ReadsAtOnce = 500;

    private const int LooksAtParts = 3;

    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(2);

    private readonly ZooKeeperClient _client;
    private readonly StatePaths _paths;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _pause;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly StateChanges _changes;
    private readonly Task _running;

    // Of the loop alone.
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unshown = new(StringComparer.Ordinal);
    private NodeWatch _namesWatch = new();

    /// <param name="client">The client.</param>
    /// <param name="paths">The names of the nodes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where outages are told.</param>
    public ZooKeeperStateView(ZooKeeperClient client, StatePaths paths, TimeProvider time, ILogger logger)
        : base(time, $"ZooKeeper ({client.Options.Servers})", client.Options.OperationTimeout)
    {
        _client = client;
        _paths = paths;
        _timeout = client.Options.OperationTimeout;
        _pause = client.Options.MaxReconnectDelay < TimeSpan.FromSeconds(1) ? client.Options.MaxReconnectDelay : TimeSpan.FromSeconds(1);
        _logger = logger;
        _changes = new StateChanges(time);
        _changes.Wake();
        _running = Task.WhenAll(FollowAsync(), WorkAsync());
    }

    /// <inheritdoc/>
    public override async Task CatchUpAsync(string topologyName, CancellationToken cancellationToken)
    {
        long start = Time.GetTimestamp();
        try
        {
            // Our server may lag behind the one that took the write.
            await _client.SyncAsync(_paths.Root, CatchUpLimit, cancellationToken).ConfigureAwait(false);
            var left = CatchUpLimit - Time.GetElapsedTime(start);
            await _changes.UntilShownAsync(topologyName, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or ZooKeeperException)
        {
            // Then it shows later, and meanwhile the view says that it may be behind.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _namesWatch.Dispose();
        foreach (var entry in _entries.Values)
        {
            entry.Dispose();
        }

        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        long connections = 0;
        await foreach (var status in _client.WatchStatusAsync(_stop.Token).ConfigureAwait(false))
        {
            if (status.State != SessionState.Connected)
            {
                MarkStale(status.State == SessionState.AuthFailed
                    ? $"{StoreName} refused our credentials; check {ZooKeeperStateKeys.DigestFile}"
                    : $"{StoreName} cannot be reached; check {ConfigKeys.StatemgrConnectionString} and that a server runs there");
            }
            else if (status.Connections != connections)
            {
                connections = status.Connections;
                _changes.AddUnknown();
            }
        }
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            await _changes.WokenAsync(_stop.Token).ConfigureAwait(false);
            var batch = _changes.Take();

            // The sync lets what a reconnect has fired arrive before; whether a topology still is one is asked with what it says of itself.
            bool names = batch.MayBeMore || batch.Nodes.Any(n => n.Node is StateNode.Definition or StateNode.ExecutionState);
            try
            {
                await PassAsync(names, batch.Nodes).ConfigureAwait(false);
                batch.Shows();
            }
#pragma warning disable CA1031 // Whatever it is: a view that stops without a word is worse.
            catch (Exception e) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (e is ZooKeeperException)
                {
                    Log.Behind(_logger, e.Message);
                }
                else
                {
                    Log.Bug(_logger, e);
                }

                MarkStale(e is ZooKeeperException ? StateFaults.From(e, _client.Options.Servers).Message : e.Message);
                _changes.Return(batch, names);
                await Task.Delay(_pause, Time, _stop.Token).ConfigureAwait(false);
                _changes.Wake();
            }
        }
    }

    /// <summary>Reads what has fired and shows it. After a failure the same pass may simply be done again.</summary>
    private async Task PassAsync(bool names, IReadOnlyList<(StateNode Node, string Name)> fired)
    {
        var reads = new HashSet<(StateNode Node, string Name)>(fired);
        if (names)
        {
            await _client.SyncAsync(_paths.Root, _timeout, _stop.Token).ConfigureAwait(false);
            await FollowNamesAsync().ConfigureAwait(false);
        }

        await ReadAsync(reads).ConfigureAwait(false);

        // One that lacks what a registration writes is mostly one that goes, or comes again, while we read.
        for (int looks = 0; looks < LooksAtParts && reads.Any(read => IsInPart(read.Name)); looks++)
        {
            await FollowNamesAsync().ConfigureAwait(false);
            reads.UnionWith(reads.Where(read => IsInPart(read.Name)).SelectMany(read => TopologySnapshot.Nodes.Select(node => (node, read.Name))).ToList());
            await ReadAsync([.. reads.Where(read => IsInPart(read.Name))]).ConfigureAwait(false);
            reads.RemoveWhere(read => !_entries.ContainsKey(read.Name));
        }

        // One in part whose watches have fired by now was read in the middle of a change: the pass that they ask for shows it.
        var shown = _unshown.Where(name => !(IsInPart(name) && _entries[name].HasChanged)).ToList();
        Apply(
            shown.Where(_entries.ContainsKey).Select(name => _entries[name].Snapshot),
            shown.Where(name => !_entries.ContainsKey(name)),
            live: _changes.IsEmpty && _client.Status.State == SessionState.Connected);
        _unshown.ExceptWith(shown);
    }

    private bool IsInPart(string name) => _entries.TryGetValue(name, out var entry)
        && !(entry.Snapshot.Definition.Exists && entry.Snapshot.ExecutionState.Exists && entry.Snapshot.PackingPlan.Exists);

    /// <summary>Reads nodes, and all those of a topology that was not read as a whole yet.</summary>
    private async Task ReadAsync(HashSet<(StateNode Node, string Name)> reads)
    {
        foreach (var entry in _entries.Values.Where(e => !e.IsComplete))
        {
            reads.UnionWith(TopologySnapshot.Nodes.Select(node => (node, entry.Name)));
        }

        reads.RemoveWhere(read => !_entries.ContainsKey(read.Name));
        _unshown.UnionWith(reads.Select(read => read.Name));
        foreach (var chunk in reads.Chunk(ReadsAtOnce))
        {
            await Task.WhenAll(chunk.Select(read => ReadNodeAsync(_entries[read.Name], read.Node))).ConfigureAwait(false);
        }
    }

    private async Task FollowNamesAsync()
    {
        var present = await ReadNamesAsync().ConfigureAwait(false);
        foreach (string gone in _entries.Keys.Where(name => !present.Contains(name)).ToList())
        {
            _entries[gone].Dispose();
            _entries.Remove(gone);
            _unshown.Add(gone);
        }

        foreach (string name in present.Where(name => !_entries.ContainsKey(name)))
        {
            _entries[name] = new Entry(name);
        }
    }

    private async Task<HashSet<string>> ReadNamesAsync()
    {
        _namesWatch.Dispose();
        _namesWatch = new NodeWatch();
        try
        {
            var children = await _client.GetChildrenAsync(_paths.Topologies, _namesWatch, _timeout, _stop.Token).ConfigureAwait(false);
            TellOf(_namesWatch);
            return children.Names.Where(StatePaths.IsTopologyName).ToHashSet(StringComparer.Ordinal);
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
        {
            // The watch of a failed read is not set; that of exists is.
            if (await _client.ExistsAsync(_paths.Topologies, _namesWatch, _timeout, _stop.Token).ConfigureAwait(false) is not null)
            {
                _changes.AddUnknown();
            }

            TellOf(_namesWatch);
            return [];
        }

        void TellOf(NodeWatch watch) => watch.Fired.ContinueWith(
            _ => _changes.AddUnknown(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ReadNodeAsync(Entry entry, StateNode node)
    {
        var watch = entry.WatchAnew(node);
        var read = await NodeReads.ReadAsync(_client, _paths.Of(node, entry.Name), watch, _timeout, _stop.Token).ConfigureAwait(false);
        _ = watch.Fired.ContinueWith(
            _ => _changes.Add(node, entry.Name), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        entry.Set(node, read.Content);
    }

    /// <summary>A topology that is listed, as far as it was read. Its nodes are read at the same time, each by one at a time.</summary>
    private sealed class Entry(string name) : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly NodeWatch?[] _watches = new NodeWatch?[TopologySnapshot.Nodes.Count];
        private int _read;

        public string Name => name;

        public TopologySnapshot Snapshot { get; private set; } = new(name);

        public bool IsComplete => _read == (1 << _watches.Length) - 1;

        /// <summary>Whether a node has changed since it was read.</summary>
        public bool HasChanged => Array.Exists(_watches, watch => watch is { Fired.IsCompleted: true });

        public NodeWatch WatchAnew(StateNode node)
        {
            _watches[(int)node]?.Dispose();
            return _watches[(int)node] = new NodeWatch();
        }

        public void Set(StateNode node, NodeContent content)
        {
            lock (_gate)
            {
                Snapshot = Snapshot.With(node, content);
                _read |= 1 << (int)node;
            }
        }

        public void Dispose()
        {
            foreach (var watch in _watches)
            {
                watch?.Dispose();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "the view of the state in ZooKeeper is behind, reading again soon: {Reason}")]
        public static partial void Behind(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "the view of the state in ZooKeeper cannot follow, trying again")]
        public static partial void Bug(ILogger logger, Exception exception);
    }
}
