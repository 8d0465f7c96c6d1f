using System.Text.Json;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Journal;

/// <summary>
/// Remembers across a crash what was begun. An operation that touches several systems writes an intent before its first
/// effect and completes it after the last; what a dead server left is found here by the next one, see
/// <see cref="JournalRecovery"/>.
/// </summary>
public sealed partial class IntentJournal
{
    // Updates keep intents of their own in the same folder.
    private const string Prefix = "intent-";

    private readonly InstanceFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<IntentJournal> _logger;
    private readonly Lock _lock = new();
    private readonly List<JournaledIntent> _unfinished;

    /// <summary>
    /// Opens the journal; intents that are in it already come from servers that died. One that cannot be read is told and
    /// set aside: it is no reason not to serve.
    /// </summary>
    public IntentJournal(InstanceFolder folder, TimeProvider time, ILogger<IntentJournal> logger)
    {
        _folder = folder;
        _time = time;
        _logger = logger;
        _unfinished = [.. Directory.GetFiles(folder.Journal, Prefix + "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<JournaledIntent>()];
    }

    /// <summary>Writes an intent; durable when this returns.</summary>
    /// <exception cref="Heron.Core.HeronException">The disk is full, or the journal cannot be written; nothing was begun.</exception>
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

    /// <summary>Keeps an intent that nobody can understand out of the way, and says so.</summary>
    internal void SetAside(JournaledIntent intent, string reason)
    {
        SetAside(intent.Path, reason);
        Forget(intent);
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
        try
        {
            // Files appear here by rename only, so a file is whole, unless the disk or somebody has damaged it.
            if (JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJson.Default.Intent) is { } intent)
            {
                return Wrap(path, intent);
            }

            SetAside(path, "it holds nothing");
        }
        catch (JsonException e)
        {
            SetAside(path, e.Message);
        }

        return null;
    }

    private void SetAside(string path, string reason) => Log.Damaged(_logger, _folder.SetAside(path), reason);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "an entry of the journal is damaged ({Reason}), so what it was about is not settled. It is kept as {Kept}: kill "
                + "the topology that it names if that is there by half, then delete the file")]
        public static partial void Damaged(ILogger logger, string kept, string reason);
    }
}
