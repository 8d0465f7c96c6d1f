// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace Heron.Operations.History;

/// <summary>Something that happened to a topology.</summary>
/// <param name="Id">Grows from event to event, also from one server to the next.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">
/// <c>submitted</c>, <c>updated</c>, <c>activated</c>, <c>paused</c>, <c>killed</c>, <c>restarted</c>; of a container
/// <c>placed</c>, <c>not_placed</c>, <c>started</c>, <c>exited</c>, <c>lost</c>, <c>missing</c>.
/// </param>
/// <param name="Cluster">The topology's.</param>
/// <param name="Role">The topology's.</param>
/// <param name="Environment">The topology's; may be empty.</param>
/// <param name="Topology">Its name.</param>
/// <param name="Text">In words.</param>
public sealed record TopologyEvent(
    long Id, DateTimeOffset At, string Kind, string Cluster, string Role, string Environment, string Topology, string Text)
{
    /// <summary>The topology's id, where it is known.</summary>
    public string? TopologyId { get; init; }

    /// <summary>Who did it: the name that was given or proved.</summary>
    public string? User { get; init; }

    /// <summary>The address that the request came from; left out when nobody asked for it.</summary>
    public string? Address { get; init; }

    /// <summary>The request, as in the log and in the answer's <c>X-Request-Id</c>.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double? TookMs { get; init; }

    /// <summary>Why it failed; left out when it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>What whoever asked for it was warned of.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The container that it is about.</summary>
    public int? Container { get; init; }

    /// <summary>Where the container is.</summary>
    public string? Node { get; init; }

    /// <summary>What the scheduler calls this run of the container.</summary>
    public string? Run { get; init; }

    /// <summary>How often the container was started again by then.</summary>
    public int? Restarts { get; init; }

    /// <summary>The exit status.</summary>
    public int? Status { get; init; }

    /// <summary>The signal that ended the container.</summary>
    public int? Signal { get; init; }

    /// <summary>Whether the kernel ended it for its memory; left out when not.</summary>
    public bool? OutOfMemory { get; init; }

    /// <summary>When it was noted, which may be long after it happened: <see cref="Id"/> is made from it.</summary>
    [JsonIgnore]
    public DateTimeOffset Noted => DateTimeOffset.FromUnixTimeMilliseconds(Id / 1000);

    /// <summary>The topology's address.</summary>
    [JsonIgnore]
    public TopologyAddress Place => new(Cluster, Role, Environment, Topology);
}
