using System.Text.Json;
using Google.Protobuf;
using Heron.Core.Topologies;
using Heron.Operations.Journal;

namespace Heron.Operations.Update;

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
            .Where(entry => entry.Intent.Kind == IntentKind && entry.Intent.TopologyName == topology.Name)
            .Select(TryWrap)
            .OfType<JournaledUpdate>()
            .Where(update => update.Intent.Topology == topology)];

    internal static UpdateIntent Read(Intent intent)
    {
        try
        {
            return intent.ReadDetail(UpdateIntentJson.Default.UpdateIntentDocument).ToIntent();
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DamagedIntentException($"a plan in it cannot be read: {e.Message}", e);
        }
    }

    internal static string Write(UpdateIntent intent) => JsonSerializer.Serialize(
        UpdateIntentDocument.Of(intent), UpdateIntentJson.Default.UpdateIntentDocument);

    private JournaledUpdate? TryWrap(JournaledIntent entry)
    {
        try
        {
            return new JournaledUpdate(journal, entry, Read(entry.Intent));
        }
        catch (DamagedIntentException)
        {
            // The recovery meets it too, and sets it aside.
            return null;
        }
    }
}
