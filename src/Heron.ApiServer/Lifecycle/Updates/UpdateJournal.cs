using System.Text.Json;
using Heron.ApiServer.Submission.Journal;
using Heron.Core.Topologies;

namespace Heron.ApiServer.Lifecycle.Updates;

/// <summary>Keeps begun updates in the server's journal; an entry is on disk before anything is changed.</summary>
public sealed class UpdateJournal(IntentJournal journal)
{
    /// <summary>The kind of intent that updates write.</summary>
    public const string IntentKind = "update";

    /// <summary>Writes an intent; durable when this returns.</summary>
    public JournaledUpdate Begin(UpdateIntent intent) =>
        new(journal, journal.Begin(IntentKind, intent.Topology.Name, Write(intent)), intent);

    /// <summary>The topology's updates that nobody works on and that are not brought to an end.</summary>
    public IReadOnlyList<JournaledUpdate> Unfinished(TopologyIdentity topology) =>
        [.. journal.Unfinished()
            .Where(entry => entry.Intent.Kind == IntentKind)
            .Select(entry => new JournaledUpdate(journal, entry, Read(entry.Intent)))
            .Where(update => update.Intent.Topology == topology)];

    internal static UpdateIntent Read(Intent intent) =>
        JsonSerializer.Deserialize(intent.Detail, UpdateIntentJson.Default.UpdateIntentDocument)?.ToIntent()
        ?? throw new InvalidOperationException("an intent without detail");

    internal static string Write(UpdateIntent intent) => JsonSerializer.Serialize(
        UpdateIntentDocument.Of(intent), UpdateIntentJson.Default.UpdateIntentDocument);
}
