// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.State;

/// <summary>The daemons of a topology that publish where they are.</summary>
public enum PublishingDaemon
{
    /// <summary>The topology manager, in <c>tmanagers/NAME</c>.</summary>
    TManager,

    /// <summary>The metrics cache, in <c>metricscaches/NAME</c>.</summary>
    MetricsCache,
}

/// <summary>
/// What a daemon has published, as it was found. In ZooKeeper it goes with the daemon's session, up to half a minute after the
/// daemon; until then the next daemon of its kind waits.
/// </summary>
/// <param name="TopologyName">Under which name.</param>
/// <param name="Daemon">Which daemon.</param>
/// <param name="Mark">Tells this very node from every other one that was or will be at its place, and from itself after a change.</param>
public sealed record DaemonRecord(string TopologyName, PublishingDaemon Daemon, string Mark)
{
    /// <summary>The id of the topology that the daemon belongs to; null when the node cannot be read.</summary>
    public string? TopologyId { get; init; }

    /// <summary>The host, as the daemon has it; null when the node cannot be read.</summary>
    public string? Host { get; init; }

    /// <summary>The port of its controller.</summary>
    public int ControllerPort { get; init; }

    /// <summary>Adds what the node says. Both daemons' messages have the same fields.</summary>
    public DaemonRecord Read(NodeContent content) =>
        content.Data is { Length: > 0 } data && StateMessage.TryParse(Protobuf.TManagerLocation.Parser, data, out var location, out _)
            ? this with { TopologyId = location.TopologyId, Host = location.Host, ControllerPort = location.ControllerPort }
            : this;
}
