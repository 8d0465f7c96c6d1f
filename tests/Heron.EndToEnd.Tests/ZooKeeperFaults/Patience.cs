// SPDX-License-Identifier: Apache-2.0
namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>The settings of a server that say how long it waits for ZooKeeper.</summary>
/// <param name="Call"><c>heron.statemgr.zookeeper.connection.timeout.ms</c>.</param>
/// <param name="Session">
/// <c>heron.statemgr.zookeeper.session.timeout.ms</c>; a connection that is silent for two thirds of it is given up.
/// </param>
internal sealed record Patience(TimeSpan Call, TimeSpan Session)
{
    /// <summary>Long enough that whatever fails fails because of the fault, and that no ping gets between counted bytes.</summary>
    public static Patience Long { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));

    /// <summary>A call waits longer than a silent connection lives.</summary>
    public static Patience LongerThanSilence { get; } = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(3));

    /// <summary>For outages that are waited for: as short as a machine that stands still now and then allows for the rest.</summary>
    public static Patience Short { get; } = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(60));

    /// <summary>
    /// In what time a server of <see cref="Short"/> must have answered: the connection timeout, and what a busy machine adds; less
    /// than four requests take one after another.
    /// </summary>
    public static TimeSpan ShortInTime { get; } = Short.Call + TimeSpan.FromSeconds(10);

    public IEnumerable<string> Arguments =>
    [
        "-D", $"heron.statemgr.zookeeper.connection.timeout.ms={Call.TotalMilliseconds}",
        "-D", $"heron.statemgr.zookeeper.session.timeout.ms={Session.TotalMilliseconds}",
        "-D", "heron.statemgr.zookeeper.retry.interval.ms=50",
        "-D", "heron.statemgr.zookeeper.retry.count=1000",
    ];
}
