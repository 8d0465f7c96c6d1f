// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Heron.Core.Topologies;

/// <summary>
/// Counts what is in a serialized message before anything is made of it: a spout of two bytes becomes an object of a hundred, so
/// that a definition's bytes say little about the memory that it takes.
/// </summary>
internal static class DefinitionSize
{
    /// <summary>
    /// The most fields and messages of a definition, which take some 50 MB when read. Thirty thousand components with the
    /// settings that Heron's API gives each have fewer.
    /// </summary>
    public const int MaxElements = 500_000;

    private const int MaxDepth = 32;

    /// <summary>Whether there are at most so many elements. What is no message is left to the parser, which says why.</summary>
    public static bool Fits(ReadOnlySpan<byte> bytes, MessageDescriptor type, int maxElements = MaxElements)
    {
        var left = maxElements;
        return Fits(bytes, type, ref left, 0);
    }

    private static bool Fits(ReadOnlySpan<byte> bytes, MessageDescriptor type, ref int left, int depth)
    {
        while (!bytes.IsEmpty)
        {
            if (!TryReadVarint(ref bytes, out var tag))
            {
                return true;
            }

            if (--left < 0)
            {
                return false;
            }

            ulong length;
            switch (WireFormat.GetTagWireType((uint)tag))
            {
                case WireFormat.WireType.Varint:
                    if (!TryReadVarint(ref bytes, out _))
                    {
                        return true;
                    }

                    continue;
                case WireFormat.WireType.Fixed64:
                    length = sizeof(ulong);
                    break;
                case WireFormat.WireType.Fixed32:
                    length = sizeof(uint);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    if (!TryReadVarint(ref bytes, out length))
                    {
                        return true;
                    }

                    break;
                default:
                    // The marks of groups, whose fields follow.
                    continue;
            }

            if (length > (ulong)bytes.Length)
            {
                return true;
            }

            var field = type.FindFieldByNumber(WireFormat.GetTagFieldNumber((uint)tag));
            if (field?.FieldType == FieldType.Message && depth < MaxDepth
                && !Fits(bytes[..(int)length], field.MessageType, ref left, depth + 1))
            {
                return false;
            }

            bytes = bytes[(int)length..];
        }

        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, 10); i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
