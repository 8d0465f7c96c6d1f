// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;

namespace Heron.Core.Parts;

/// <summary>The packing algorithms. They have no options: what they go by is in the configuration of each topology.</summary>
public static class PackingParts
{
    /// <summary>All of them.</summary>
    public static PartList<IPacking> All { get; } = new(
        ConfigKeys.PackingClass,
        Of<RoundRobinPacking>("packing.roundrobin.RoundRobinPacking"),
        Of<RoundRobinPackingV2>("packing.roundrobin.RoundRobinPackingV2"),
        Of<ResourceCompliantRRPacking>("packing.roundrobin.ResourceCompliantRRPacking"),
        Of<FirstFitDecreasingPacking>("packing.binpacking.FirstFitDecreasingPacking"));

    /// <summary>A packing algorithm as a part.</summary>
    public static IPart<IPacking> Of<TPacking>(string className)
        where TPacking : class, IPacking, new() => new Part<IPacking, TPacking>
        {
            Name = typeof(TPacking).Name,
            ClassNames = [className],
            Settings = [],
            ReadOptions = (_, _) => new TPacking(),
            Make = (packing, _) => packing,
        };

    /// <summary>
    /// The key that names the algorithm of updates: <c>heron.class.repacking.algorithm</c>, which templates up to 0.17.3 do not
    /// have; there the one that packs repacks too.
    /// </summary>
    public static string RepackingKey(HeronConfig config) =>
        config.Get(ConfigKeys.RepackingClass) is null ? ConfigKeys.PackingClass : ConfigKeys.RepackingClass;
}
