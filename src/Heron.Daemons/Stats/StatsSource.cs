// SPDX-License-Identifier: Apache-2.0
namespace Heron.Daemons.Stats;

/// <summary>Which of the two daemons that keep metrics. They take the same requests and answer them differently.</summary>
public enum StatsSource
{
    /// <summary>Always there; begins anew when it is restarted. Times in seconds, newest minute first.</summary>
    TopologyManager,

    /// <summary>
    /// Only where <c>heron.topology.metricscachemgr.mode</c> is <c>cluster</c>; keeps three hours, also over a restart of the
    /// topology manager. Times in milliseconds, oldest minute first, minutes without a report are missing.
    /// </summary>
    MetricsCache,
}
