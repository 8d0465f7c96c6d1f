// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Files;
using Heron.Core.Configuration;
using Heron.Packages.Store;

namespace Heron.ApiServer.Composition;

/// <summary>A configuration that a server can start with.</summary>
/// <param name="Configuration">All settings.</param>
/// <param name="Parts">The parts that they name, with their settings.</param>
/// <param name="StoreFolder">The folder of the package store; it is there and can be written to.</param>
/// <param name="Store">How long packages stay, and how much room they may take.</param>
/// <param name="UploadLimit">Largest upload or submission.</param>
/// <param name="CoreNeedsToken">Whether heron-core is given out to those alone who have the cluster's token.</param>
internal sealed record StartConfiguration(
    ServerConfiguration Configuration,
    ServerParts Parts,
    string StoreFolder,
    StoreSettings Store,
    UploadLimit UploadLimit,
    bool CoreNeedsToken);
