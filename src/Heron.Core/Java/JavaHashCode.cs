// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>
/// Hash codes as the Java server computes them. They decide the order in which it walks its hash sets, and with it
/// the order of a stored plan.
/// </summary>
public static class JavaHashCode
{
    private const int Factor = 31;

    /// <summary><c>String.hashCode</c>: over UTF-16 code units.</summary>
    public static int Of(string text)
    {
        unchecked
        {
            var hash = 0;
            foreach (var unit in text)
            {
                hash = (Factor * hash) + unit;
            }

            return hash;
        }
    }

    /// <summary><c>Long.hashCode</c>.</summary>
    public static int Of(long number) => unchecked((int)(number ^ (number >>> 32)));

    /// <summary><c>Double.hashCode</c>: every NaN counts as the same one.</summary>
    public static int Of(double number) =>
        Of(double.IsNaN(number) ? 0x7ff8000000000000L : BitConverter.DoubleToInt64Bits(number));
}
