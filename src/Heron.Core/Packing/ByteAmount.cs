namespace Heron.Core.Packing;

/// <summary>A number of bytes.</summary>
/// <param name="Bytes">May be negative in differences.</param>
public readonly record struct ByteAmount(long Bytes) : IComparable<ByteAmount>
{
    private const long Kilobyte = 1024;

    /// <summary>No bytes.</summary>
    public static ByteAmount Zero { get; } = new(0);

    /// <summary>Whole megabytes, rounded as the Java server rounds: down.</summary>
    public long Megabytes => Bytes / (Kilobyte * Kilobyte);

    /// <summary>Whole gigabytes, rounded down.</summary>
    public long Gigabytes => Megabytes / Kilobyte;

    /// <summary>So many megabytes.</summary>
    public static ByteAmount FromMegabytes(long megabytes) => new(checked(megabytes * Kilobyte * Kilobyte));

    /// <summary>So many gigabytes.</summary>
    public static ByteAmount FromGigabytes(long gigabytes) => FromMegabytes(checked(gigabytes * Kilobyte));

    /// <inheritdoc/>
    public int CompareTo(ByteAmount other) => Bytes.CompareTo(other.Bytes);

    /// <summary>Adds.</summary>
    public static ByteAmount operator +(ByteAmount left, ByteAmount right) => new(left.Bytes + right.Bytes);

    /// <summary>Subtracts.</summary>
    public static ByteAmount operator -(ByteAmount left, ByteAmount right) => new(left.Bytes - right.Bytes);

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
}
