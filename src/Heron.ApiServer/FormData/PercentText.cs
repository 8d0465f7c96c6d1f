// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.FormData;

/// <summary>Text in which bytes are written as <c>%E9</c>.</summary>
internal static class PercentText
{
    /// <summary>The bytes that are meant.</summary>
    /// <param name="text">As it was sent.</param>
    /// <param name="plusIsBlank">Whether <c>+</c> means a blank, as in forms.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: a percent sign without two hexadecimal digits.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> text, bool plusIsBlank)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                {
                    throw new HeronException(
                        FaultKind.BadRequest, "the form has a '%' that no two hexadecimal digits follow; write a percent sign as %25");
                }

                bytes[length++] = (byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = plusIsBlank && text[i] == '+' ? (byte)' ' : text[i];
            }
        }

        return bytes[..length];
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
