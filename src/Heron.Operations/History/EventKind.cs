// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.History;

/// <summary>The words for what happens to topologies.</summary>
public static class EventKind
{
    /// <summary>Somebody submitted it.</summary>
    public const string Submitted = "submitted";

    /// <summary>Somebody changed its plan or its settings.</summary>
    public const string Updated = "updated";

    /// <summary>Somebody let its spouts run.</summary>
    public const string Activated = "activated";

    /// <summary>Somebody stopped its spouts.</summary>
    public const string Paused = "paused";

    /// <summary>Somebody ended it.</summary>
    public const string Killed = "killed";

    /// <summary>A container found its node.</summary>
    public const string Placed = "placed";

    /// <summary>A container finds no node.</summary>
    public const string NotPlaced = "not_placed";

    /// <summary>A container runs for the first time.</summary>
    public const string Started = "started";

    /// <summary>A container ended by itself.</summary>
    public const string Exited = "exited";

    /// <summary>Somebody restarted containers, or a container runs again.</summary>
    public const string Restarted = "restarted";

    /// <summary>A container's node does not answer any more.</summary>
    public const string Lost = "lost";

    /// <summary>The scheduler has a container no more that the plan has.</summary>
    public const string Missing = "missing";

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Submitted, Updated, Activated, Paused, Killed, Placed, NotPlaced, Started, Exited, Restarted, Lost, Missing];
}
