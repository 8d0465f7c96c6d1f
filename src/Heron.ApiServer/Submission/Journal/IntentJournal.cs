using System.Text.Json;
using Heron.ApiServer.Files;

namespace Heron.ApiServer.Submission.Journal;

/// <summary>
/// Remembers across a crash what was begun. An operation that touches several systems writes an intent before its first
/// effect and completes it after the last; what a dead server left is found here by the next one, see
/// <see cref="JournalRecovery"/>.
/// </summary>
public sealed class IntentJournal
{
    // Updates keep intents of their own in the same folder.
    private const string Prefix = "intent-";

    private readonly InstanceFolder _folder;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<JournaledIntent> _unfinished;

    /// <summary>Opens the journal; intents that are in it already come from servers that died.</summary>
    public IntentJournal(InstanceFolder folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        _unfinished = [.. Directory.GetFiles(folder.Journal, Prefix + "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<JournaledIntent>()];
    }

    /// <summary>Writes an intent; durable when this returns.</summary>
    public JournaledIntent Begin(string kind, string topologyName, string detail)
    {
        var path = Path.Join(_folder.Journal, $"{Prefix}{Guid.NewGuid():N}.json");
        var intent = Wrap(path, new Intent(kind, topologyName, _time.GetUtcNow(), detail));
        intent.Write();
        return intent;
    }

    /// <summary>Gives an intent of this process that could not be undone to the recovery, as if the server had died.</summary>
    public void Abandon(JournaledIntent intent)
    {
        lock (_lock)
        {
            _unfinished.Add(intent);
        }
    }

    /// <summary>Intents that nobody works on: of dead servers, and abandoned ones.</summary>
    public IReadOnlyList<JournaledIntent> Unfinished()
    {
        lock (_lock)
        {
            return [.. _unfinished];
        }
    }

    private JournaledIntent Wrap(string path, Intent intent) =>
        new(path, intent, () => _folder.NewWorkPath("intent"), Forget);

    private void Forget(JournaledIntent intent)
    {
        lock (_lock)
        {
            _unfinished.Remove(intent);
        }
    }

    private JournaledIntent? Read(string path)
    {
        // Files appear here by rename only, so a file is whole; null means the literal null, which nobody writes.
        var intent = JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJson.Default.Intent);
        return intent is null ? null : Wrap(path, intent);
    }
}
