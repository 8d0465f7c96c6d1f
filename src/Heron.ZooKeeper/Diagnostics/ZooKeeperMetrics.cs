// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper;

/// <summary>
/// Names of what the client counts, under the meter <see cref="MeterName"/>. Nothing is measured until somebody listens.
/// </summary>
public static class ZooKeeperMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Heron.ZooKeeper";

    private static readonly Meter Meter = new(MeterName);

    internal static Counter<long> Connections { get; } =
        Meter.CreateCounter<long>("zookeeper.client.connections", "{connection}", "Connections on which a server granted a session.");

    internal static Counter<long> FailedAttempts { get; } =
        Meter.CreateCounter<long>("zookeeper.client.connect_failures", "{attempt}", "Attempts to connect that failed.");

    internal static Counter<long> Losses { get; } =
        Meter.CreateCounter<long>("zookeeper.client.connection_losses", "{connection}", "Connections lost; each is followed by a reconnect.");

    internal static Counter<long> Expiries { get; } =
        Meter.CreateCounter<long>("zookeeper.client.expiries", "{session}", "Sessions that ended other than by closing the client.");

    internal static Histogram<double> Duration { get; } =
        Meter.CreateHistogram<double>("zookeeper.client.request.duration", "s", "Time from the call to its end, by operation and code.");

    internal static UpDownCounter<long> Outstanding { get; } =
        Meter.CreateUpDownCounter<long>("zookeeper.client.requests.outstanding", "{request}", "Calls waiting to be sent or for their answer.");

    internal static void Ended(OpCode op, ErrorCode code, long calledAt)
    {
        Outstanding.Add(-1);
        if (Duration.Enabled)
        {
            var tags = new TagList { { "op", op.ToString() }, { "code", code.ToString() } };
            Duration.Record(Stopwatch.GetElapsedTime(calledAt).TotalSeconds, tags);
        }
    }
}
