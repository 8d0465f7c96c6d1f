// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad;

/// <summary>What follows when Nomad accepts a container and cannot place it.</summary>
internal enum PlacementPolicy
{
    /// <summary>The user is warned; Nomad places the container when room appears.</summary>
    Warn,

    /// <summary>The submission fails and is undone.</summary>
    Require,

    /// <summary>Nobody looks.</summary>
    Off,
}

/// <summary>What is done about containers without a place.</summary>
/// <param name="Key">The setting that says so, for messages.</param>
/// <param name="Policy">What follows.</param>
/// <param name="Wait">How long a placement is waited for.</param>
internal sealed record PlacementRule(string Key, PlacementPolicy Policy, TimeSpan Wait);
