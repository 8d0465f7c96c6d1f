// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Activation;

/// <summary>What came of asking a topology to run or to pause.</summary>
public enum StateChange
{
    /// <summary>It was in that state before.</summary>
    AlreadyThere,

    /// <summary>Its manager has changed it.</summary>
    Changed,
}
