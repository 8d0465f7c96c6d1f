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

        try
        {
            var message = parser.ParseFrom(data);
            return message.IsInitialized()
                ? message
                : throw new UnreadableStateException($"{path} lacks required fields of {message.Descriptor.FullName}");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new UnreadableStateException($"{path} does not hold a message of the expected type: {e.Message}", e);
        }
    }
}
