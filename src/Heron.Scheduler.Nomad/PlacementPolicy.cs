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
