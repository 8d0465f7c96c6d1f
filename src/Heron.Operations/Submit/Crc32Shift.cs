// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Submit;

/// <summary>
/// What becomes of a difference between two CRC-32 when the same bytes follow in both contents. The CRC is the remainder of a division of
/// polynomials over two elements: whatever follows multiplies the difference by a power of x, and adds the same to both.
/// </summary>
internal static class Crc32Shift
{
    // The polynomial of gzip, lowest power first; so x to the power of n is the bit 31 - n.
    private const uint Polynomial = 0xEDB88320;
    private const uint One = 1u << 31;
    private const uint XToTheEighth = 1u << 23;

    /// <summary>The difference behind that many equal bytes.</summary>
    public static uint Over(uint difference, long bytes)
    {
        var factor = One;
        for (var (square, left) = (XToTheEighth, bytes); left > 0; left >>= 1)
        {
            if ((left & 1) != 0)
            {
                factor = Multiply(factor, square);
            }

            square = Multiply(square, square);
        }

        return Multiply(factor, difference);
    }

    private static uint Multiply(uint left, uint right)
    {
        var product = 0u;
        for (var power = One; power != 0; power >>= 1)
        {
            if ((left & power) != 0)
            {
                product ^= right;
            }

            right = (right & 1) != 0 ? (right >> 1) ^ Polynomial : right >> 1;
        }

        return product;
    }
}
