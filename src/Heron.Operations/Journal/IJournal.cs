// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Topologies;

namespace Heron.Operations.Journal;

/// <summary>
/// Remembers across a crash what was begun. An operation that touches several systems writes an intent before its first
/// effect and completes it after the last; what a dead server left is found here by the next one, see <see cref="Recovery"/>.
/// </summary>
public interface IJournal
{
    /// <summary>Writes an intent; durable when this returns.</summary>
    /// <exception cref="HeronException">The journal cannot be written; nothing was begun.</exception>
    Task<IJournalEntry> BeginAsync(Intent intent, CancellationToken cancellationToken);

    /// <summary>Entries that nobody works on, oldest first: of dead servers, and those that were left to the recovery.</summary>
    Task<IReadOnlyList<IJournalEntry>> UnfinishedAsync(CancellationToken cancellationToken);
}

/// <summary>
/// An intent in the journal, from before the first effect until after the last one. Disposed before it is complete, it is
/// left to the recovery, as if the server had died.
/// </summary>
public interface IJournalEntry : IDisposable
{
    /// <summary>What was begun.</summary>
    Intent Intent { get; }

    /// <summary>Changes what is to be; durable when this returns, so what it says may be done next.</summary>
    /// <exception cref="HeronException">The journal cannot be written.</exception>
    Task ReplaceAsync(Intent intent, CancellationToken cancellationToken);

    /// <summary>Forgets the intent: all is done, or all is undone.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>What is asked of a journal often.</summary>
public static class JournalExtensions
{
    /// <summary>The unfinished entries of one topology, whatever its id.</summary>
    public static async Task<IReadOnlyList<IJournalEntry>> UnfinishedAsync(
        this IJournal journal, string topologyName, CancellationToken cancellationToken) =>
        [.. (await journal.UnfinishedAsync(cancellationToken)).Where(entry => entry.Intent.Topology.Name == topologyName)];

    /// <summary>The unfinished updates of a topology, and of no other of its name.</summary>
    public static async Task<IReadOnlyList<IJournalEntry>> UnfinishedUpdatesAsync(
        this IJournal journal, TopologyIdentity topology, CancellationToken cancellationToken) =>
        [.. (await journal.UnfinishedAsync(cancellationToken))
            .Where(entry => entry.Intent is UpdateIntent && entry.Intent.Topology == topology)];
}
