// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Parts;

namespace Heron.ApiServer.Composition;

/// <summary>The packing algorithms: all of them are made, since every submission and every update may name another one.</summary>
internal sealed class PackingAlgorithms
{
    private readonly PartList<IPacking> _parts;
    private readonly Dictionary<IPart<IPacking>, IPacking> _made;

    private PackingAlgorithms(PartList<IPacking> parts, Dictionary<IPart<IPacking>, IPacking> made)
    {
        _parts = parts;
        _made = made;
    }

    /// <summary>Reads the algorithms' settings and looks at which of them the server's configuration names.</summary>
    /// <returns>Null after a mistake.</returns>
    public static Func<PartTools, PackingAlgorithms>? Read(PartList<IPacking> parts, PartSettings settings, Findings findings)
    {
        var before = findings.Mistakes.Count;
        findings.Try(() => parts.Find(settings.Config));
        findings.Try(() => parts.Find(settings.Config, PackingParts.RepackingKey(settings.Config)));
        var makers = parts.ToDictionary(part => part, part => part.Read(settings, findings));
        return findings.Mistakes.Count > before
            ? null
            : tools => new PackingAlgorithms(parts, makers.ToDictionary(maker => maker.Key, maker => maker.Value!(tools)));
    }

    /// <summary>The algorithm that packs.</summary>
    /// <exception cref="Core.HeronException">The configuration names none that is known.</exception>
    public IPacking Packing(HeronConfig config) => _made[_parts.Find(config)];

    /// <summary>The algorithm that packs anew for an update.</summary>
    /// <exception cref="Core.HeronException">The configuration names none that is known.</exception>
    public IPacking Repacking(HeronConfig config) => _made[_parts.Find(config, PackingParts.RepackingKey(config))];
}
