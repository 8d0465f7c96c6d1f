// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Core.Topologies;

namespace Heron.Operations.Journal;

/// <summary>Writes intents as bytes and reads them again, those of earlier releases too.</summary>
internal static class EntryFormat
{
    private const string KindProperty = "kind";

    private static readonly string[] Kinds = [SubmitIntent.KindName, KillIntent.KindName, UpdateIntent.KindName];

    /// <summary>The bytes of an entry.</summary>
    public static byte[] Write(Intent intent) => JsonSerializer.SerializeToUtf8Bytes(intent, JournalJson.Default.Intent);

    /// <summary>The intent in the bytes of an entry.</summary>
    /// <exception cref="DamagedIntentException">There is none.</exception>
    public static Intent Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var entry = JsonNode.Parse(bytes) as JsonObject ?? throw new DamagedIntentException("it holds nothing");
            if (EarlierEntry.IsOne(entry))
            {
                entry = EarlierEntry.Translate(entry);
            }

            var kind = entry[KindProperty]?.GetValue<string>() ?? throw new DamagedIntentException("it has no kind");
            return Kinds.Contains(kind)
                ? entry.Deserialize(JournalJson.Default.Intent) ?? throw new DamagedIntentException("it holds nothing")
                : Unknown(entry, kind);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new DamagedIntentException(e.Message, e);
        }
    }

    // Its topology is all that this server needs to know of it: nothing is done with that one meanwhile.
    private static UnknownIntent Unknown(JsonObject entry, string kind)
    {
        var name = (entry["topology"]?["name"] ?? entry["topology_name"])?.GetValue<string>()
            ?? throw new DamagedIntentException("it names no topology");
        var begun = entry["begun"]?.GetValue<string>() is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : DateTimeOffset.UnixEpoch;
        return new UnknownIntent(new TopologyIdentity("", "", "", name, ""), begun, kind);
    }
}
