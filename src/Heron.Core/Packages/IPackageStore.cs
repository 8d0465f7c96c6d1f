// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packages;

/// <summary>
/// The packages that this server, or one before it, keeps itself, as those see them who clean up or look. A package is named by the URI
/// under which nodes fetch it; the URI of anything that is kept elsewhere names nothing here.
/// </summary>
public interface IPackageStore
{
    /// <summary>The id of the topology whose package a URI names; null when it names none here, or one that tells of no topology.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Internal"/>: the description of the package is damaged.</exception>
    string? TopologyIdOf(string uri);

    /// <summary>Removes the package that a URI names; one that is gone already is fine, and so is a URI that names none here.</summary>
    /// <returns>Whether there was one.</returns>
    bool Remove(string uri);

    /// <summary>Removes every package that belongs to a topology, whatever became of its submission.</summary>
    /// <param name="topologyId">Whose.</param>
    /// <param name="instance">When given, only packages that this server process published.</param>
    /// <returns>How many there were.</returns>
    int RemoveOf(string topologyId, string? instance);

    /// <summary>How much is kept, and the largest packages of it; asks neither disk nor network.</summary>
    /// <param name="most">How many packages are wanted.</param>
    KeptPackages Look(int most);
}
