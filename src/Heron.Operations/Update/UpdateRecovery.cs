// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.State;
using Heron.Operations.Journal;

namespace Heron.Operations.Update;

/// <summary>Brings updates to an end whose request has failed or whose server has died.</summary>
public sealed class UpdateRecovery(IStateManager state, UpdateSettler settler, FinishedUpdates finished) : IRecovery
{
    // A topology manager takes its time; meanwhile other intents have their turn, and requests too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public bool Knows(Intent intent) => intent is UpdateIntent;

    /// <inheritdoc/>
    public async Task RecoverAsync(Intent intent, CancellationToken cancellationToken)
    {
        var update = (UpdateIntent)intent;
        await using var held = await state.TryLockForUpdateAsync(
            update.Topology.Name, [update], TimeSpan.Zero, cancellationToken)
            ?? throw new HeronException(FaultKind.Conflict, "another actor is performing an update on it");
        using var whileHeld = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        if (await settler.SettleAsync(update, Patience, whileHeld.Token) == UpdateOutcome.Done)
        {
            finished.Add(update);
        }
    }
}
