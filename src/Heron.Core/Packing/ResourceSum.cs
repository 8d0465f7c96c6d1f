// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>
/// A running sum that answers most questions about room without adding everything up again. CPU shares are
/// floating-point numbers and the reference adds them up in hash order, so where another order could matter there is
/// no answer.
/// </summary>
internal struct ResourceSum(Resource start)
{
    // Sums of multiples of this far below 2^53 of them are exact in any order.
    private const double Grain = 1.0 / 1024;
    private const double LargestExact = 1L << 40;
    private const double RelativeError = 1e-12;

    private double _cpu = start.Cpu;
    private double _absoluteCpu = Math.Abs(start.Cpu);
    private bool _isExact = IsOnGrain(start.Cpu);
    private Int128 _ram = start.Ram.Bytes;
    private Int128 _disk = start.Disk.Bytes;

    public void Add(Resource resource, int count = 1)
    {
        _cpu += resource.Cpu * count;
        _absoluteCpu += Math.Abs(resource.Cpu) * count;
        _isExact &= IsOnGrain(resource.Cpu);
        _ram += (Int128)resource.Ram.Bytes * count;
        _disk += (Int128)resource.Disk.Bytes * count;
    }

    public void Remove(Resource resource)
    {
        _cpu -= resource.Cpu;
        _absoluteCpu += Math.Abs(resource.Cpu);
        _ram -= resource.Ram.Bytes;
        _disk -= resource.Disk.Bytes;
    }

    /// <summary>Whether one more resource stays within a capacity; null when only the exact sum can tell.</summary>
    public readonly bool? Fits(Resource more, Resource capacity)
    {
        var (ram, disk) = (_ram + more.Ram.Bytes, _disk + more.Disk.Bytes);
        if (ram > long.MaxValue || disk > long.MaxValue)
        {
            return null;
        }

        var cpu = _cpu + more.Cpu;
        var absolute = _absoluteCpu + Math.Abs(more.Cpu);
        var error = _isExact && IsOnGrain(more.Cpu) && absolute < LargestExact ? 0 : absolute * RelativeError;
        if (capacity.Cpu < cpu - error || ram > capacity.Ram.Bytes || disk > capacity.Disk.Bytes)
        {
            return false;
        }

        return capacity.Cpu >= cpu + error ? true : null;
    }

    private static bool IsOnGrain(double cpu) => Math.Abs(cpu) < LargestExact && cpu % Grain == 0;
}
