// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Journal;

/// <summary>Brings one kind of interrupted operation to an end: undoes it, or finishes it.</summary>
public interface IRecovery
{
    /// <summary>Whether it knows what to do about an intent.</summary>
    bool Knows(Intent intent);

    /// <summary>
    /// Makes the world as if the operation had ended. May be called again for the same intent after a failure, and when
    /// part of the work is done already.
    /// </summary>
    Task RecoverAsync(Intent intent, CancellationToken cancellationToken);
}
