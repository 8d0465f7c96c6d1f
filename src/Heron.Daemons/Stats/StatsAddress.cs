// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Stats;

/// <summary>The stats port of one of the two daemons that keep a topology's metrics.</summary>
/// <param name="Source">Which.</param>
/// <param name="Address">Where.</param>
public sealed record StatsAddress(StatsSource Source, DaemonAddress Address)
{
    /// <summary>The topology manager's; null while it has not said its port.</summary>
    public static StatsAddress? Of(TManagerLocation? location, AllowedHosts allowed) =>
        location is { HasStatsPort: true, StatsPort: > 0 }
            ? new StatsAddress(
                StatsSource.TopologyManager,
                new DaemonAddress(
                    $"The topology manager of {location.TopologyName}", location.Host, location.StatsPort, allowed))
            : null;

    /// <summary>The metrics cache's; null where there is none.</summary>
    public static StatsAddress? Of(MetricsCacheLocation? location, AllowedHosts allowed) =>
        location is { HasStatsPort: true, StatsPort: > 0 }
            ? new StatsAddress(
                StatsSource.MetricsCache,
                new DaemonAddress(
                    $"The metrics cache of {location.TopologyName}", location.Host, location.StatsPort, allowed))
            : null;
}
