// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packages;

/// <summary>Knows which packages are needed, as what keeps them does not.</summary>
public interface IPackageHolders
{
    /// <summary>What the topologies that run, and those that are just begun or ended, need.</summary>
    /// <exception cref="HeronException">Nobody can say so now, for what knows the topologies is away.</exception>
    Task<HeldPackages> ListAsync(CancellationToken cancellationToken);
}

/// <summary>The packages that are needed.</summary>
/// <param name="TopologyIds">The topologies there are: what is described as one's package is needed.</param>
/// <param name="Uris">What else containers fetch, such as packages of a Java server, and the id of the topology that does.</param>
public sealed record HeldPackages(IReadOnlySet<string> TopologyIds, IReadOnlyDictionary<string, string> Uris);
