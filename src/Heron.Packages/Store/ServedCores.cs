// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;

namespace Heron.Packages.Store;

/// <summary>Which of the cores that this server serves the containers of a topology get.</summary>
public sealed class ServedCores(CorePackages packages, ServerUrls urls) : IServedCores
{
    /// <inheritdoc/>
    public ServedCore? For(HeronConfig config)
    {
        if (!packages.AreServed)
        {
            return null;
        }

        // Somebody named another place: then this server's folder says nothing about it. Of a single file, the release is what tells.
        var isOurs = config.GetBoolean(ConfigKeys.UseCorePackageUri, true) && config.GetString(ConfigKeys.CorePackageUri) == urls.Core;
        if (!isOurs || !packages.AreSeveral)
        {
            return packages.AreSeveral ? null : new ServedCore(packages.Find(), Uri: null);
        }

        try
        {
            var (release, file) = packages.FindRelease(config.GetString(HeronCoreDetector.VersionKey)?.Trim() is { Length: > 0 } version ? version : null);
            return new ServedCore(file, urls.CoreOf(release));
        }
        catch (HeronException fault) when (fault.Kind == FaultKind.NotFound)
        {
            throw new HeronException(FaultKind.Invalid, fault.Message, fault);
        }
    }
}
