// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>A number of cores.</summary>
internal readonly record struct CpuShare(double Cores) : IMeasure<CpuShare>
{
    public static CpuShare Add(CpuShare left, CpuShare right) => new(left.Cores + right.Cores);

    public static CpuShare Subtract(CpuShare left, CpuShare right) => new(left.Cores - right.Cores);

    public CpuShare DividedBy(int shares) => new(Cores / shares);

    public int CompareTo(CpuShare other) => JavaNumber.Compare(Cores, other.Cores);

    public override string ToString() => $"CPUShare{{{JavaNumber.Fixed(Cores, 3)}}}";
}
