// SPDX-License-Identifier: Apache-2.0
using Heron.Operations.Journal;

namespace Heron.Operations.Update;

/// <summary>What the steps of an update are called for people.</summary>
internal static class UpdateSteps
{
    public const string UntilAddedRun = "Wait until they run";
    public const string Deactivate = "Deactivate, and let tuples on their way arrive";
    public const string Store = "Store the new packing plan";
    public const string UntilInForce = "Wait until the topology manager has it in force: every container has to register";

    private const int Named = 8;

    public static string Add(UpdateIntent intent) => $"Add {Containers(intent.Change.Added)}";

    public static string Remove(UpdateIntent intent) => $"Remove {Containers(intent.Removed)}";

    public static string Resume(UpdateIntent intent) => intent.RunsAfterwards ? "Activate again" : "Leave it deactivated, as it was";

    /// <summary>All steps of an update, in order.</summary>
    public static IEnumerable<string> Of(UpdateIntent intent, bool runs) =>
    [
        .. intent.Change.Added.Count > 0 ? [Add(intent), UntilAddedRun] : Array.Empty<string>(),
        .. runs ? [Deactivate] : Array.Empty<string>(),
        Store,
        UntilInForce,
        Resume(intent),
        .. intent.Removed.Count > 0 ? [Remove(intent)] : Array.Empty<string>(),
    ];

    private static string Containers(IReadOnlyList<int> ids) =>
        (ids.Count == 1 ? "container " : "containers ") + string.Join(", ", ids.Take(Named)) + (ids.Count > Named ? $" and {ids.Count - Named} more" : "");
}
