// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Scheduling;

/// <summary>
/// The command with which heron-core's own downloader fetches and unpacks the topology package. The start script uses it
/// where the package is at an address that only Heron's downloader understands.
/// </summary>
public static class TopologyDownloadCommand
{
    /// <summary>
    /// The command for a shell. The downloader reads its protocols from a folder on the node: the container's
    /// <c>heron-conf</c>, which the start script makes sure of; the reference names the server's own folder, which
    /// nodes do not have.
    /// </summary>
    public static string ShellText(PlannedTopology deployment)
    {
        var config = deployment.Config.Executor;
        var downloader = config.GetString(ConfigKeys.DownloaderBinary, "./heron-core/bin/heron-downloader");
        var uri = deployment.PackageUri;
        var program = ShellQuote.PathWord(string.Empty, downloader);
        return HeronCoreGeneration.For(deployment.Core).DownloaderTakesOptions
            ? $"{program} {ShellQuote.Words(["-u", uri, "-f", ".", "-m", "local"])} "
                + $"-p {ShellQuote.PathWord(string.Empty, config.GetString(ConfigKeys.HeronClusterConf, "./heron-conf"))} "
                + $"-d {ShellQuote.PathWord(string.Empty, config.GetString(ConfigKeys.HeronClusterHome, "./heron-core"))}"
            : $"{program} {ShellQuote.Words([uri, "."])}";
    }
}
