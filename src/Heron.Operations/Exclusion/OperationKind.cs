// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Exclusion;

/// <summary>What is done to a topology.</summary>
/// <param name="Name">As one word, for messages, the log and whoever waits.</param>
/// <param name="GivesWay">
/// Whether it gives way to another request once its client has left: it can be cut off at any point, and may last for minutes.
/// </param>
/// <param name="TakesOver">Whether it ends whatever else is done to the topology, as a kill does, instead of being refused.</param>
/// <param name="NeedsTopology">Whether it is for a topology that is there already.</param>
public sealed record OperationKind(string Name, bool GivesWay = false, bool TakesOver = false, bool NeedsTopology = true);

/// <summary>Which requests may have a topology that is held; one that takes over from all may always, unless another such holds it.</summary>
internal enum GivingWay
{
    /// <summary>No other.</summary>
    ToNone,

    /// <summary>One of the same kind, which corrects what is waited for.</summary>
    ToItsKind,

    /// <summary>Any: nobody waits for the work.</summary>
    ToAll,
}
