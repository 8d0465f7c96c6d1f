// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Operations.Journal;

/// <summary>An intent in the journal cannot be understood: nobody can settle it.</summary>
internal sealed class DamagedIntentException : HeronException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong with it.</param>
    /// <param name="cause">What the decoder threw.</param>
    public DamagedIntentException(string message, Exception? cause = null)
        : base(FaultKind.Internal, message, cause)
    {
    }
}
