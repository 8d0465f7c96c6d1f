// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>
/// The variant of <see cref="RoundRobinPacking"/> in which an instance that the topology gives nothing takes the default.
/// </summary>
public sealed class RoundRobinPackingV2 : RoundRobinPacking
{
    /// <summary>The algorithm under the Java server's name for it.</summary>
    public RoundRobinPackingV2()
        : base(ByteAmount.FromMegabytes(192), sharesContainer: false)
    {
    }
}
