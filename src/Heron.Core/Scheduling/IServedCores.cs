// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>The heron-core packages that this server serves to containers: one, or a folder with one for each release.</summary>
public interface IServedCores
{
    /// <summary>The package that a topology's containers get from this server.</summary>
    /// <param name="config">The topology's; <see cref="HeronCoreDetector.VersionKey"/> says which release, where there are several.</param>
    /// <returns>Null when the server serves none, or the configuration names another place.</returns>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Invalid"/>: there is no package of the release that is named, or none is named and there are several.
    /// </exception>
    ServedCore? For(HeronConfig config);
}

/// <summary>A heron-core package that this server serves.</summary>
/// <param name="Path">The file.</param>
/// <param name="Uri">Where containers fetch this one; null when the configuration says so already.</param>
public sealed record ServedCore(string Path, string? Uri);
