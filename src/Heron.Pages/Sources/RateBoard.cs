// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core;
using Heron.Core.State;
using Heron.Core.Topologies;
using Microsoft.Extensions.Hosting;

namespace Heron.Pages.Sources;

/// <summary>
/// The rates that the list shows. They are asked for when somebody looks at them, beside the page and not before it: a list
/// never waits for a daemon, and a server that nobody looks at asks nothing.
/// </summary>
internal sealed class RateBoard(IStateManager state, FigureSource figures, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    private const int Minutes = 30;

    // Instances report once a minute.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(8);

    /// <summary>What is known of a topology's rate, a value a minute; asks for news when that is old.</summary>
    public IReadOnlyList<double> Of(TopologyIdentity topology)
    {
        var now = time.GetUtcNow();
        var entry = _entries.GetOrAdd(topology.Id, _ => new Entry());
        if (entry.TryBegin(now, Fresh))
        {
            _ = AskAsync(topology, entry, lifetime.ApplicationStopping);
            foreach (var (id, _) in _entries.Where(e => e.Value.IsOlderThan(now - Kept)))
            {
                _entries.TryRemove(id, out _);
            }
        }

        return entry.Rates;
    }

    public void Dispose() => _turns.Dispose();

    private async Task AskAsync(TopologyIdentity topology, Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            await _turns.WaitAsync(cancellationToken);
            try
            {
                if ((await state.View.GetAsync(cancellationToken)).Find(topology.Name)?.Definition.Value is { } definition)
                {
                    entry.Rates = await figures.EmittedAsync(topology, definition, Minutes, cancellationToken);
                }
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception fault) when (fault is HeronException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            // A rate that nobody tells is shown as such; the page of the topology says why.
            entry.Rates = [];
        }
    }

    private sealed class Entry
    {
        private long _asked;
        private volatile IReadOnlyList<double> _rates = [];

        public IReadOnlyList<double> Rates
        {
            get => _rates;
            set => _rates = value;
        }

        public bool TryBegin(DateTimeOffset now, TimeSpan fresh)
        {
            var before = Volatile.Read(ref _asked);
            return now.UtcTicks - before >= fresh.Ticks && Interlocked.CompareExchange(ref _asked, now.UtcTicks, before) == before;
        }

        public bool IsOlderThan(DateTimeOffset moment) => Volatile.Read(ref _asked) < moment.UtcTicks;
    }
}
