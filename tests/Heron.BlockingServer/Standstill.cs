// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.BlockingServer;

/// <summary>
/// Counts the server's failpoints from the first that has a given name on, and stops the thread that comes to a chosen one for
/// ever. The server then stands exactly there, for a test to kill it.
/// </summary>
public sealed class Standstill(string from, int count, string reached)
{
    private readonly Lock _lock = new();
    private int _passed = -1;

    /// <summary>As the test wants it: HERON_BLOCK_FROM (name), HERON_BLOCK_COUNT (number), HERON_BLOCK_REACHED (file).</summary>
    public static Standstill FromEnvironment() => new(
        Environment.GetEnvironmentVariable("HERON_BLOCK_FROM")!,
        int.Parse(Environment.GetEnvironmentVariable("HERON_BLOCK_COUNT")!, CultureInfo.InvariantCulture),
        Environment.GetEnvironmentVariable("HERON_BLOCK_REACHED")!);

    /// <summary>Passes a failpoint, or never returns.</summary>
    public void Pass(string moment)
    {
        lock (_lock)
        {
            if ((_passed < 0 && moment != from) || ++_passed != count)
            {
                return;
            }
        }

        File.WriteAllText(reached + ".part", moment);
        File.Move(reached + ".part", reached);
        using var never = new ManualResetEvent(false);
        never.WaitOne();
    }
}
