using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Heron.Operations.Journal;

/// <summary>What was begun and not finished yet, as the journal's file has it.</summary>
/// <param name="Kind">Which recovery knows what to do about it.</param>
/// <param name="TopologyName">Whose operation.</param>
/// <param name="Begun">When.</param>
/// <param name="Detail">What that recovery needs, in its own notation (JSON).</param>
public sealed record Intent(string Kind, string TopologyName, DateTimeOffset Begun, string Detail)
{
    /// <summary>The detail.</summary>
    /// <exception cref="DamagedIntentException">It is not of that type.</exception>
    internal T ReadDetail<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Detail, type) ?? throw new DamagedIntentException("its detail is empty");
        }
        catch (JsonException e)
        {
            throw new DamagedIntentException($"its detail cannot be read: {e.Message}", e);
        }
    }
}
