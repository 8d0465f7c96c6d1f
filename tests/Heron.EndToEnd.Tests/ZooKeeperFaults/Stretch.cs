// SPDX-License-Identifier: Apache-2.0
namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>A part of what one connection carries in one direction, in bytes since it began.</summary>
internal sealed record Stretch(long From, long To)
{
    /// <summary>Points all over it, both ends included.</summary>
    public IEnumerable<long> Points(int count)
    {
        long points = Math.Min(count, To - From + 1);
        return Enumerable.Range(0, (int)points).Select(i => points == 1 ? From : From + ((To - From) * i / (points - 1)));
    }
}
