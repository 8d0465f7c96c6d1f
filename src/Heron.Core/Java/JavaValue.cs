// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Heron.Core.Java;

/// <summary>
/// Reads what Java's serialization made of the simple values that stand in configurations: texts, and the boxed numbers and
/// truth values. Nothing is ever made of anything else.
/// </summary>
public static class JavaValue
{
    private static readonly byte[] Text = [0xAC, 0xED, 0x00, 0x05, 0x74];
    private static readonly byte[] Object = [0xAC, 0xED, 0x00, 0x05, 0x73, 0x72];

    /// <summary>The value: a text, a number or a truth value; null when it is of another kind, or damaged.</summary>
    public static object? Read(ReadOnlySpan<byte> serialized)
    {
        if (serialized.StartsWith(Text))
        {
            return TryText(serialized[Text.Length..], out var text, out _) ? text : null;
        }

        return serialized.StartsWith(Object) && TryText(serialized[Object.Length..], out var type, out _)
            ? Boxed(type, serialized)
            : null;
    }

    // The value's bytes come last of all, behind the descriptions of its class and of java.lang.Number.
    private static object? Boxed(string type, ReadOnlySpan<byte> serialized) => type switch
    {
        "java.lang.Integer" => BinaryPrimitives.ReadInt32BigEndian(serialized[^4..]),
        "java.lang.Long" => BinaryPrimitives.ReadInt64BigEndian(serialized[^8..]),
        "java.lang.Short" => BinaryPrimitives.ReadInt16BigEndian(serialized[^2..]),
        "java.lang.Byte" => (sbyte)serialized[^1],
        "java.lang.Boolean" => serialized[^1] != 0,
        "java.lang.Double" => Finite(BinaryPrimitives.ReadDoubleBigEndian(serialized[^8..])),
        "java.lang.Float" => Finite(BinaryPrimitives.ReadSingleBigEndian(serialized[^4..])),
        _ => null,
    };

    private static double? Finite(double number) => double.IsFinite(number) ? number : null;

    private static bool TryText(ReadOnlySpan<byte> bytes, out string text, out int length)
    {
        (text, length) = ("", 0);
        if (bytes.Length < 2)
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length < 2 + length)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes.Slice(2, length));
        return true;
    }
}
