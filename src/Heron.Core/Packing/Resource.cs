// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>What an instance or a container takes.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="Ram">Memory.</param>
/// <param name="Disk">Disk.</param>
public sealed record Resource(double Cpu, ByteAmount Ram, ByteAmount Disk)
{
    /// <summary>Nothing.</summary>
    public static Resource None { get; } = new(0, ByteAmount.Zero, ByteAmount.Zero);

    /// <summary>Adds each.</summary>
    public static Resource operator +(Resource left, Resource right) =>
        new(left.Cpu + right.Cpu, left.Ram + right.Ram, left.Disk + right.Disk);

    /// <summary>Adds each.</summary>
    public static Resource Add(Resource left, Resource right) => left + right;

    /// <summary>The larger of each.</summary>
    public static Resource Max(Resource left, Resource right) => new(
        Math.Max(left.Cpu, right.Cpu),
        ByteAmount.Max(left.Ram, right.Ram),
        ByteAmount.Max(left.Disk, right.Disk));

    /// <summary>What is left of each after taking another away; never below nothing.</summary>
    public Resource WithoutOrNone(Resource other) =>
        Max(None, new Resource(Cpu - other.Cpu, Ram - other.Ram, Disk - other.Disk));

    /// <summary>How many of the other hold this: the largest of the three quotients, rounded up.</summary>
    /// <exception cref="HeronException">The other has none of something.</exception>
    public double CeilingQuotient(Resource other)
    {
        if (other.Cpu == 0 || other.Ram == ByteAmount.Zero || other.Disk == ByteAmount.Zero)
        {
            throw new HeronException(FaultKind.Invalid, "Division by 0.");
        }

        return Math.Max(
            Math.Ceiling(Cpu / other.Cpu),
            Math.Max(
                Math.Ceiling((double)Ram.Bytes / other.Ram.Bytes),
                Math.Ceiling((double)Disk.Bytes / other.Disk.Bytes)));
    }

    /// <summary>As the Java server writes it.</summary>
    public override string ToString() => $"{{cpu: {JavaNumber.Fixed(Cpu, 6)}, ram: {Ram}, disk: {Disk}}}";
}
