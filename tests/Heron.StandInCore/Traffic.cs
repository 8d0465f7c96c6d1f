// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;

namespace Heron.StandInCore;

/// <summary>
/// The made-up work of a topology: what an instance has to do rises and falls from minute to minute, and is nothing while the
/// topology is paused. Figures and logs tell the same.
/// </summary>
public sealed class Traffic
{
    private const int Minute = 60;

    private readonly Lock _lock = new();
    private readonly List<(long From, long To)> _pauses = [];

    /// <summary>Tuples that an instance works off in a minute when nothing stops it.</summary>
    /// <param name="index">The instance's number within its component.</param>
    /// <param name="at">Any second of that minute, Unix.</param>
    public static double Tuples(int index, long at) =>
        Math.Round(9000 + 2500 * Math.Sin(at / Minute * 0.35 + index) + 700 * Math.Sin(at / Minute * 1.7));

    /// <summary>The topology is in this state from now on.</summary>
    /// <param name="state">Which.</param>
    /// <param name="now">Unix seconds.</param>
    public void Note(TopologyState state, long now)
    {
        lock (_lock)
        {
            var isPaused = _pauses is [.., (_, long.MaxValue)];
            if (state == TopologyState.Paused && !isPaused)
            {
                _pauses.Add((now, long.MaxValue));
            }
            else if (state != TopologyState.Paused && isPaused)
            {
                _pauses[^1] = (_pauses[^1].From, now);
            }
        }
    }

    /// <summary>How much of the minute that begins then the topology ran: 0 to 1.</summary>
    public double ShareRun(long minute)
    {
        lock (_lock)
        {
            var paused = _pauses.Sum(pause => Math.Max(0, Math.Min(pause.To, minute + Minute) - Math.Max(pause.From, minute)));
            return 1 - paused / (double)Minute;
        }
    }
}
