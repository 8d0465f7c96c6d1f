// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core;

/// <summary>A number of bytes, with the arithmetic and the rounding of the Java server.</summary>
/// <param name="Bytes">May be negative in differences; -1 says "not given" in places.</param>
public readonly record struct ByteAmount(long Bytes) : IComparable<ByteAmount>, IMeasure<ByteAmount>
{
    private const long Kilobyte = 1024;
    private const long Megabyte = Kilobyte * 1024;
    private const long Gigabyte = Megabyte * 1024;

    /// <summary>No bytes.</summary>
    public static ByteAmount Zero { get; } = new(0);

    /// <summary>Whole kilobytes, rounded to the nearest.</summary>
    public long Kilobytes => JavaNumber.Round((double)Bytes / Kilobyte);

    /// <summary>Whole megabytes, rounded to the nearest: half a megabyte counts as one.</summary>
    public long Megabytes => JavaNumber.Round((double)Bytes / Megabyte);

    /// <summary>Whole gigabytes, rounded to the nearest.</summary>
    public long Gigabytes => JavaNumber.Round((double)Bytes / Gigabyte);

    /// <summary>So many megabytes; what does not fit becomes the largest amount.</summary>
    public static ByteAmount FromMegabytes(long megabytes) =>
        megabytes >= long.MaxValue / Megabyte ? new(long.MaxValue) : new(megabytes * Megabyte);

    /// <summary>So many gigabytes; what does not fit becomes the largest amount.</summary>
    public static ByteAmount FromGigabytes(long gigabytes) =>
        gigabytes >= long.MaxValue / Gigabyte ? new(long.MaxValue) : new(gigabytes * Gigabyte);

    /// <summary>Adds.</summary>
    /// <exception cref="HeronException">The sum is larger than a 64-bit number.</exception>
    public static ByteAmount operator +(ByteAmount left, ByteAmount right) =>
        unchecked(long.MaxValue - left.Bytes) >= right.Bytes
            ? new(unchecked(left.Bytes + right.Bytes))
            : throw TooLarge($"Adding {right} to {left} would exceed Long.MAX_LONG");

    /// <summary>Subtracts.</summary>
    /// <exception cref="HeronException">The difference is smaller than a 64-bit number.</exception>
    public static ByteAmount operator -(ByteAmount left, ByteAmount right) =>
        unchecked(long.MinValue + right.Bytes) <= left.Bytes
            ? new(unchecked(left.Bytes - right.Bytes))
            : throw TooLarge($"Subtracting {right} from {left} would overshoot Long.MIN_LONG");

    /// <summary>Smaller.</summary>
    public static bool operator <(ByteAmount left, ByteAmount right) => left.Bytes < right.Bytes;

    /// <summary>Greater.</summary>
    public static bool operator >(ByteAmount left, ByteAmount right) => left.Bytes > right.Bytes;

    /// <summary>Smaller or equal.</summary>
    public static bool operator <=(ByteAmount left, ByteAmount right) => left.Bytes <= right.Bytes;

    /// <summary>Greater or equal.</summary>
    public static bool operator >=(ByteAmount left, ByteAmount right) => left.Bytes >= right.Bytes;

    /// <summary>Adds.</summary>
    public static ByteAmount Add(ByteAmount left, ByteAmount right) => left + right;

    /// <summary>Subtracts.</summary>
    public static ByteAmount Subtract(ByteAmount left, ByteAmount right) => left - right;

    /// <summary>The larger one.</summary>
    public static ByteAmount Max(ByteAmount left, ByteAmount right) => left > right ? left : right;

    /// <summary>So many times this amount.</summary>
    /// <exception cref="HeronException">The product is larger than a 64-bit number, or the factor is negative.</exception>
    public ByteAmount Times(int factor) =>
        factor == 0 || Bytes <= long.MaxValue / factor
            ? new(unchecked(Bytes * factor))
            : throw TooLarge($"Multiplying {this} by {factor} would exceed Long.MAX_LONG");

    /// <summary>An even share, rounded to the nearest byte.</summary>
    public ByteAmount DividedBy(int shares) => new(JavaNumber.Round((double)Bytes / shares));

    /// <inheritdoc/>
    public int CompareTo(ByteAmount other) => Bytes.CompareTo(other.Bytes);

    /// <summary>As the Java server writes it, for example <c>ByteAmount{1.5 GB (1610612736 bytes)}</c>.</summary>
    public override string ToString()
    {
        var (unit, name) = this switch
        {
            { Gigabytes: > 0 } => (Gigabyte, "GB"),
            { Megabytes: > 0 } => (Megabyte, "MB"),
            { Kilobytes: > 0 } => (Kilobyte, "KB"),
            _ => (1, ""),
        };
        return unit == 1
            ? $"ByteAmount{{{Bytes} bytes}}"
            : $"ByteAmount{{{JavaNumber.Fixed((double)Bytes / unit, 1)} {name} ({Bytes} bytes)}}";
    }

    private static HeronException TooLarge(string message) => new(FaultKind.Invalid, message);
}
