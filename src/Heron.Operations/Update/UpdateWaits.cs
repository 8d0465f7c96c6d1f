// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Protobuf;

namespace Heron.Operations.Update;

/// <summary>How long an update waits, as the topology's own configuration says; twenty days at most.</summary>
/// <param name="AfterDeactivation">For tuples on their way to be worked off; none by default.</param>
/// <param name="ForPhysicalPlan">For the new physical plan at most; ten minutes by default.</param>
public sealed record UpdateWaits(TimeSpan AfterDeactivation, TimeSpan ForPhysicalPlan)
{
    // The framework's timers end at 24 days.
    private const int LongestSeconds = 20 * 24 * 60 * 60;
    /// <summary>Seconds that an update waits after it has paused the topology, for tuples on their way. Default 0.</summary>
    private const string DeactivateKey = "topology.update.deactivate.wait.secs";

    /// <summary>Seconds that an update waits for the new physical plan at most. Default 600.</summary>
    private const string ReactivateKey = "topology.update.reactivate.wait.secs";

    /// <summary>Reads a topology's configuration.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when a value is no number of seconds.</exception>
    public static UpdateWaits Of(Topology topology) => new(
        Seconds(topology, DeactivateKey, TimeSpan.Zero), Seconds(topology, ReactivateKey, TimeSpan.FromMinutes(10)));

    private static TimeSpan Seconds(Topology topology, string key, TimeSpan defaultValue)
    {
        var text = topology.TopologyConfig?.Kvs.FirstOrDefault(kv => kv.Key == key)?.Value;
        return string.IsNullOrEmpty(text)
            ? defaultValue
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds))
                : throw new HeronException(
                    FaultKind.Invalid, $"The topology's setting {key} must be a whole number of seconds, not '{text}'");
    }
}
