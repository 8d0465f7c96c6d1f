// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.ApiServer.Composition;

/// <summary>
/// Notices that two homes are in play: this server takes <c>~</c> for <c>HOME</c> of its environment, heron-core's Java daemons take it
/// for the account's, whatever <c>HOME</c> says.
/// </summary>
internal static class HomeFolders
{
    // What the server alone reads, or hands over written out: daemons never see the token.
    private static readonly string[] Settled =
    [
        "heron.apiserver.", "heron.scheduler.", "heron.uploader.", "heron.nomad.",
        "heron.binaries.", "heron.classpath.", ConfigKeys.HeronClusterJavaHome,
        ConfigKeys.StatemgrRootPath, ConfigKeys.CorePackageUri, ConfigKeys.CorePackageDirectory, ConfigKeys.HeronHome, ConfigKeys.HeronConf,
    ];

    /// <summary>What to say at the start; nothing when there is one home, or nothing names it.</summary>
    public static IEnumerable<string> Warnings(ServerConfiguration configuration)
    {
        var host = configuration.Sources.Environment;
        if (host.AccountHome is not { } account || account == host.Home)
        {
            yield break;
        }

        var keys = configuration.Raw.Values
            .Where(pair => configuration.IsSet(pair.Key) && !Settled.Any(begin => pair.Key.StartsWith(begin, StringComparison.Ordinal)))
            .SelectMany(pair => Named(pair.Key, pair.Value))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (keys.Count > 0)
        {
            yield return $"HOME is {host.Home}, but the home folder of this account is {account}, which heron-core's Java daemons take for the ~ in "
                + $"{string.Join(", ", keys)}: write these paths out";
        }
    }

    private static IEnumerable<string> Named(string key, object? value) => value switch
    {
        string text when text.Split('/').Any(segment => segment.Trim() is "~" or "${HOME}") => [key],
        IDictionary<string, object?> map => map.SelectMany(pair => Named(pair.Key, pair.Value)),
        _ => [],
    };
}
