// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Connections;

/// <summary>Waits that double up to a limit, each a random share of its limit ("full jitter").</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan max)
{
    private int _failures;

    public void Reset() => _failures = 0;

    /// <summary>The next wait, below <paramref name="cap"/>.</summary>
    public TimeSpan Next(TimeSpan cap)
    {
        double limit = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)), Math.Min(max.TotalMilliseconds, cap.TotalMilliseconds));
        return TimeSpan.FromMilliseconds(Math.Max(1, limit * Random.Shared.NextDouble()));
    }
}
