// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Daemons;

namespace Heron.Operations.Update;

/// <summary>What an update asks for: either a new plan (<see cref="Parallelism"/>, <see cref="Containers"/>) or settings.</summary>
public sealed record UpdateRequest
{
    /// <summary>New number of instances by component; empty when none is to change.</summary>
    public required IReadOnlyDictionary<string, int> Parallelism { get; init; }

    /// <summary>The parallelism as it was asked for, for messages.</summary>
    public required string ParallelismText { get; init; }

    /// <summary>New number of containers, or null to let the algorithm decide.</summary>
    public required int? Containers { get; init; }

    /// <summary>Settings for the running topology; empty when the request is for a new plan.</summary>
    public required IReadOnlyList<RuntimeSetting> RuntimeSettings { get; init; }

    /// <summary>Only show what would be done.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Format of the dry run as asked for; empty for the default.</summary>
    public required string DryRunFormat { get; init; }

    /// <summary>Other fields of the request; they count as configuration for the packing algorithm.</summary>
    public required IReadOnlyDictionary<string, string> Overrides { get; init; }
}
