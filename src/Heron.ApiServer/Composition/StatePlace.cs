// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Heron.Core.Configuration;

namespace Heron.ApiServer.Composition;

/// <summary>Names the state that a server's topologies are in, to tell it from that of another server on the same machine.</summary>
internal static class StatePlace
{
    private static readonly string[] Keys = [ConfigKeys.StateManagerClass, ConfigKeys.StatemgrConnectionString, ConfigKeys.StatemgrRootPath];

    /// <summary>The name: the same as long as cluster, state manager, its servers and the root are written the same; it tells none of them.</summary>
    public static string Of(string cluster, HeronConfig config)
    {
        var place = string.Join('\n', Keys.Select(key => config.GetString(key)).Prepend(cluster));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..16];
    }
}
