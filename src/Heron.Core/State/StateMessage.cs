// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Heron.Core.State;

/// <summary>Reads node data: a bare message; no bytes count as no node, as in every reader of Heron's state.</summary>
public static class StateMessage
{
    /// <summary>The message, or null when there are no bytes.</summary>
    /// <param name="parser">Of the message that belongs into the node.</param>
    /// <param name="path">The node, for the error.</param>
    /// <param name="data">What the node holds, or null when there is no node.</param>
    /// <exception cref="UnreadableStateException">The bytes are not such a message.</exception>
    public static T? Parse<T>(MessageParser<T> parser, string path, byte[]? data)
        where T : class, IMessage<T>
    {
        if (data is null or [])
        {
            return null;
        }

        return TryParse(parser, data, out var message, out string? damage)
            ? message
            : throw new UnreadableStateException(path, damage);
    }

    /// <summary>Reads a message without a fault.</summary>
    /// <param name="parser">Of the message.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="message">The message.</param>
    /// <param name="damage">What is wrong with the bytes, as the rest of a sentence that begins with the node's name.</param>
    public static bool TryParse<T>(
        MessageParser<T> parser, byte[] data, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? damage)
        where T : class, IMessage<T>
    {
        message = null;
        damage = null;
        try
        {
            var parsed = parser.ParseFrom(data);
            if (parsed.IsInitialized())
            {
                message = parsed;
                return true;
            }

            damage = $"lacks required fields of {parsed.Descriptor.FullName}";
        }
        catch (InvalidProtocolBufferException e)
        {
            // Its first sentence says what is wrong, those behind it explain what that might come of.
            damage = $"does not hold a message of the expected type: {e.Message.Split('.')[0]}";
        }

        return false;
    }
}
