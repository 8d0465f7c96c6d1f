// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>Numbers in use, with the largest at hand. Numbers are dense, so looking for the next largest is short.</summary>
internal sealed class NumberPool
{
    private readonly HashSet<int> _numbers = [];

    /// <summary>The largest number in use, or null.</summary>
    public int? Max { get; private set; }

    public void Add(int number)
    {
        _numbers.Add(number);
        Max = Max is { } max && max > number ? max : number;
    }

    public void Remove(int number)
    {
        _numbers.Remove(number);
        if (_numbers.Count == 0)
        {
            Max = null;
        }

        while (Max is { } max && !_numbers.Contains(max))
        {
            Max = max - 1;
        }
    }
}
