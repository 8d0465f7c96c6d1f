// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heron.Core;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>A whole answer of Nomad.</summary>
internal sealed record NomadReply(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the same request may succeed later.</summary>
    public bool MayPass => Status switch
    {
        HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.InternalServerError => !NomadErrorText.IsPermanent(Text),
        >= HttpStatusCode.InternalServerError => true,
        _ => false,
    };

    /// <summary>What the answer says.</summary>
    /// <exception cref="NomadException"><see cref="FaultKind.BadGateway"/>: it is not what Nomad answers.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("the answer is null");
        }
        catch (JsonException notJson)
        {
            throw NomadException.NotUnderstood(notJson);
        }
    }

    /// <summary>What an answer that is a list says; every element is there.</summary>
    /// <exception cref="NomadException"><see cref="FaultKind.BadGateway"/>: it is not what Nomad answers.</exception>
    public IReadOnlyList<T> ReadList<T>(JsonTypeInfo<List<T?>> type)
        where T : class
    {
        // Nomad writes null for a list without elements, in some answers of some releases.
        if (Body.AsSpan().SequenceEqual("null"u8))
        {
            return [];
        }

        var list = Read(type);
        return list.Contains(null) ? throw NomadException.NotUnderstood("an element of the list is null", null) : [.. list.OfType<T>()];
    }
}
