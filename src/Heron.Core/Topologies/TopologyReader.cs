// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.Core.Topologies;

/// <summary>Reads a topology definition: one serialized <see cref="Topology"/> and nothing else.</summary>
public static class TopologyReader
{
    /// <summary>
    /// Definitions hold code as serialized objects and may be large, but not larger than this: they are read whole, and the state
    /// keeps them whole, where ZooKeeper takes 1 MB unless it is told otherwise (<c>jute.maxbuffer</c>).
    /// </summary>
    public const int MaxDefinitionBytes = 16 * 1024 * 1024;

    /// <summary>Heron's messages nest four deep; unknown ones may nest a little deeper.</summary>
    private const int MaxDepth = 32;

    /// <summary>Reads and validates a definition from a file.</summary>
    /// <param name="path">The file on this machine.</param>
    /// <param name="shownName">How to call it in messages: the name that the client gave.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> for anything that is not a valid definition.</exception>
    public static async Task<Topology> ReadFileAsync(string path, string shownName, CancellationToken cancellationToken)
    {
        CheckLength(new FileInfo(path).Length, shownName);
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return Read(bytes, shownName);
    }

    /// <summary>Reads and validates a definition from its bytes.</summary>
    /// <param name="bytes">The whole definition.</param>
    /// <param name="shownName">How to call it in messages.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> for anything that is not a valid definition.</exception>
    public static Topology Read(byte[] bytes, string shownName)
    {
        var topology = Parse(bytes, shownName);
        TopologyValidator.Validate(topology);
        return topology;
    }

    /// <summary>Reads a definition without judging what it says.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the bytes are not a definition at all.</exception>
    public static Topology Parse(byte[] bytes, string shownName)
    {
        CheckLength(bytes.Length, shownName);
        if (bytes.Length == 0)
        {
            throw Unreadable(shownName, "the file is empty", null);
        }

        if (!DefinitionSize.Fits(bytes, Topology.Descriptor))
        {
            throw Unreadable(shownName, $"it has more than {DefinitionSize.MaxElements} fields; use fewer components and settings", null);
        }

        try
        {
            using var memory = new MemoryStream(bytes, writable: false);
            using var input = CodedInputStream.CreateWithLimits(memory, MaxDefinitionBytes, MaxDepth);
            var topology = Topology.Parser.ParseFrom(input);
            return topology.IsInitialized()
                ? topology
                : throw Unreadable(shownName, "a required field of the topology definition is missing", null);
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw Unreadable(shownName, fault.Message, fault);
        }
    }

    private static void CheckLength(long length, string shownName)
    {
        if (length > MaxDefinitionBytes)
        {
            throw Unreadable(shownName, $"it has {length} bytes; at most {MaxDefinitionBytes} are read", null);
        }
    }

    private static HeronException Unreadable(string shownName, string why, Exception? cause) => new(
        FaultKind.Invalid,
        $"Failed to read/parse content of {ShownText.Of(shownName)}: {ShownText.Of(why)}",
        cause);
}
