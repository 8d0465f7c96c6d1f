// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Update;

/// <summary>How a begun update ended.</summary>
public enum UpdateOutcome
{
    /// <summary>The topology is as it was asked for.</summary>
    Done,

    /// <summary>The topology is as it was before.</summary>
    TakenBack,

    /// <summary>The topology is gone, or another one has its name, or somebody else has changed its plan.</summary>
    Overtaken,
}
