// SPDX-License-Identifier: Apache-2.0
using Heron.Daemons.Calls;
using Heron.Daemons.Stats;

namespace Heron.Daemons.Tests.Support;

/// <summary>Addresses of daemons on this machine.</summary>
internal static class World
{
    public static AllowedHosts Loopback { get; } = new(["127.0.0.1"]);

    public static DaemonAddress At(int port, AllowedHosts? allowed = null, string host = "127.0.0.1") =>
        new("The daemon", host, port, allowed ?? Loopback);

    public static StatsAddress Stats(string daemon, int port) =>
        new(daemon == "tmanager" ? StatsSource.TopologyManager : StatsSource.MetricsCache, At(port));
}
