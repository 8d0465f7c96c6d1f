using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Heron.ApiServer.Files;
using Heron.Core.Topologies;

namespace Heron.ApiServer.Lifecycle.Updates;

/// <summary>
/// The updates that were begun and not brought to an end, one file each in the server's journal. A file is on disk before
/// anything is changed, and goes when nothing is left to do; a file of a server that died is read by the next one.
/// </summary>
public sealed partial class UpdateJournal
{
    private const string Prefix = "update-";

    private readonly InstanceFolder _folder;
    private readonly ConcurrentDictionary<string, UpdateIntent> _intents = new(StringComparer.Ordinal);

    /// <summary>Reads what earlier servers left.</summary>
    public UpdateJournal(InstanceFolder folder, ILogger<UpdateJournal> logger)
    {
        _folder = folder;
        foreach (var file in Directory.GetFiles(folder.Journal, Prefix + "*.json"))
        {
            if (Read(file, logger) is { } intent)
            {
                _intents[intent.Topology.Id] = intent;
            }
        }
    }

    /// <summary>All unfinished updates.</summary>
    public IReadOnlyCollection<UpdateIntent> All() => [.. _intents.Values];

    /// <summary>The topology's unfinished update, or null.</summary>
    public UpdateIntent? Find(TopologyIdentity topology) => _intents.GetValueOrDefault(topology.Id);

    /// <summary>Writes an intent, or replaces the topology's; it is on disk when this returns.</summary>
    public void Write(UpdateIntent intent)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(
            UpdateIntentDocument.Of(intent), UpdateIntentJson.Default.UpdateIntentDocument);
        DurableFile.Write(PathOf(intent.Topology.Id), _folder.NewWorkPath("update"), content);
        _intents[intent.Topology.Id] = intent;
    }

    /// <summary>Forgets an intent; one that is gone is fine.</summary>
    public void Remove(UpdateIntent intent)
    {
        File.Delete(PathOf(intent.Topology.Id));
        _intents.TryRemove(intent.Topology.Id, out _);
    }

    // A digest, since ids of topologies that other servers took may hold anything.
    private string PathOf(string topologyId) => Path.Join(
        _folder.Journal, $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(topologyId)))}.json");

    private static UpdateIntent? Read(string file, ILogger logger)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllBytes(file), UpdateIntentJson.Default.UpdateIntentDocument)?.ToIntent();
        }
        catch (Exception e) when (e is JsonException or InvalidProtocolBufferException or IOException)
        {
            Log.Unreadable(logger, file, e.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "{File} is no readable update intent ({Reason}); look at the topologies of this cluster and delete the file")]
        public static partial void Unreadable(ILogger logger, string file, string reason);
    }
}
