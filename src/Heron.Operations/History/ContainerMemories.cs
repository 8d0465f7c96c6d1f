// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Operations.History;

/// <summary>
/// Tells from how containers are what has happened to them, once each, also over restarts of the server: what was noted is taken from
/// the history itself.
/// </summary>
internal sealed class ContainerMemories
{
    // A scheduler needs a moment to decide.
    private static readonly TimeSpan NotPlacedAfter = TimeSpan.FromSeconds(5);

    // Of a container that ends in a loop, the first ends are noted, then one in so long.
    private static readonly TimeSpan ExitsApart = TimeSpan.FromMinutes(10);
    private const int MostExits = 5;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Memory> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _busy = new(StringComparer.Ordinal);

    public ContainerMemories(IEnumerable<TopologyEvent> history, TimeProvider time)
    {
        _time = time;
        foreach (var happened in history)
        {
            Remember(happened);
        }
    }

    /// <summary>Something is being done to topologies of a name.</summary>
    public void Began(string name)
    {
        lock (_gate)
        {
            _busy[name] = _busy.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>That has ended.</summary>
    /// <param name="name">The topology's name.</param>
    /// <param name="happened">What is noted of it, or null.</param>
    public void Ended(string name, TopologyEvent? happened)
    {
        lock (_gate)
        {
            if (_busy.GetValueOrDefault(name) is > 1 and var more)
            {
                _busy[name] = more - 1;
            }
            else
            {
                _busy.Remove(name);
            }

            if (happened is not null)
            {
                Remember(happened);
            }
        }
    }

    /// <summary>What has happened to containers since they were seen last.</summary>
    /// <param name="topology">Whose.</param>
    /// <param name="isFirst">Whether this server has not seen them before.</param>
    /// <param name="containers">As they are.</param>
    public List<TopologyEvent> See(TopologyIdentity topology, bool isFirst, IReadOnlyList<ContainerStatus> containers)
    {
        lock (_gate)
        {
            var isBusy = _busy.ContainsKey(topology.Name);

            // What ran before anybody noted anything has no history here.
            var isQuiet = isFirst && !isBusy && !_byId.ContainsKey(topology.Id);
            var memory = MemoryOf(topology.Id, topology.Name);
            var events = new List<TopologyEvent>();
            foreach (var status in containers)
            {
                Compare(topology, memory.Of(status.Container), status, isBusy, events);
            }

            return isQuiet ? [] : events;
        }
    }

    private void Remember(TopologyEvent happened)
    {
        if (happened is { Kind: EventKind.Killed, Failure: null })
        {
            foreach (var (id, _) in _byId.Where(m => m.Value.Name == happened.Topology).ToList())
            {
                _byId.Remove(id);
            }
        }
        else if (happened.TopologyId is { } id)
        {
            var memory = MemoryOf(id, happened.Topology);
            if (happened.Container is { } container)
            {
                memory.Of(container).Remember(happened);
            }
        }
    }

    private Memory MemoryOf(string id, string name) =>
        _byId.TryGetValue(id, out var memory) ? memory : _byId[id] = new Memory(name);

    private void Compare(
        TopologyIdentity topology, ContainerMemory known, ContainerStatus status, bool isBusy, List<TopologyEvent> events)
    {
        var now = _time.GetUtcNow();
        known.Waits = status.State == ContainerState.Pending ? known.Waits ?? now : null;
        if (status.LastExit is { } exit && (exit.At ?? now) is var ended
            && (exit.At is null ? status.Restarts > known.ExitRestarts : ended > (known.Exit ?? DateTimeOffset.MinValue)))
        {
            (known.Exit, known.ExitRestarts) = (ended, status.Restarts);
            NoteExit(exit, ended);
        }

        if (status.Node is { } node && node != known.Node && status.State is not (ContainerState.Missing or ContainerState.Stopped))
        {
            known.Node = node;

            // Looked at late, it may have begun there a while ago: no container starts before it is placed.
            Note(EventKind.Placed, status.Since < now ? status.Since.Value : now, $"placed on {node}");
        }

        if (status.State == ContainerState.Running && status.Run is { } run && (run != known.Run || status.Restarts > known.Restarts))
        {
            Note(
                known.Run is null ? EventKind.Started : EventKind.Restarted,
                status.Since ?? now,
                known.Run is null ? "runs"
                    : status.Restarts == 0 ? "runs again"
                    : string.Create(CultureInfo.InvariantCulture, $"runs again, restart {status.Restarts}"));
            (known.Run, known.Restarts, known.Trouble) = (run, status.Restarts, null);
        }

        NoteTrouble();

        void NoteExit(ContainerExit how, DateTimeOffset at)
        {
            var words = ContainerMemory.Ended + how.ToWords();
            if (words == known.ExitWords && status.Restarts > MostExits && now - known.ExitNoted < ExitsApart)
            {
                return;
            }

            (known.ExitWords, known.ExitNoted) = (words, now);
            events.Add(Event(EventKind.Exited, at, words) with
            {
                Status = how.Status,
                Signal = how.Signal,
                OutOfMemory = how.IsOutOfMemory ? true : null,
                Failure = status.Reason,
            });
        }

        void NoteTrouble()
        {
            var trouble = status.State switch
            {
                ContainerState.Lost => EventKind.Lost,
                ContainerState.Missing when !isBusy && known.Run is not null => EventKind.Missing,
                ContainerState.Pending when !isBusy && now - known.Waits >= NotPlacedAfter => EventKind.NotPlaced,
                ContainerState.Pending or ContainerState.Missing => known.Trouble,
                _ => null,
            };
            if (trouble is not null && trouble != known.Trouble)
            {
                var words = trouble switch
                {
                    EventKind.NotPlaced => "finds no node",
                    EventKind.Lost => "is on a node that does not answer",
                    _ => "is gone",
                };
                events.Add(Event(trouble, now, words) with { Failure = status.Reason });
            }

            known.Trouble = trouble;
        }

        void Note(string kind, DateTimeOffset at, string text) => events.Add(Event(kind, at, text));

        TopologyEvent Event(string kind, DateTimeOffset at, string text) => new(
            0, at, kind, topology.Cluster, topology.Role, topology.Environment, topology.Name,
            string.Create(CultureInfo.InvariantCulture, $"container {status.Container} {text}"))
        {
            TopologyId = topology.Id,
            Container = status.Container,
            Node = status.Node,
            Run = status.Run,
            Restarts = status.Restarts,
        };
    }

    private sealed class Memory(string name)
    {
        private readonly Dictionary<int, ContainerMemory> _containers = [];

        public string Name => name;

        public ContainerMemory Of(int container) =>
            _containers.TryGetValue(container, out var memory) ? memory : _containers[container] = new ContainerMemory();
    }
}
