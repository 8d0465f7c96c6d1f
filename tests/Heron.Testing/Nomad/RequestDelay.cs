// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Heron.Testing.Nomad;

/// <summary>
/// The same pause for everyone, kept to half a millisecond. <see cref="Task.Delay(TimeSpan)"/> goes by the kernel's coarse
/// clock, which moves every 4 ms on most machines: of it, 5 ms are 8.4 ms on average.
/// </summary>
internal sealed class RequestDelay : IDisposable
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(0.5);

    private readonly TimeSpan _delay;
    private readonly Queue<(long Due, TaskCompletionSource Signal)> _waiting = [];
    private bool _ended;

    public RequestDelay(TimeSpan delay)
    {
        _delay = delay;
        new Thread(Run) { IsBackground = true, Name = "delay of a scripted Nomad" }.Start();
    }

    public Task WaitAsync()
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiting.Enqueue((Stopwatch.GetTimestamp() + (long)(_delay.TotalSeconds * Stopwatch.Frequency), signal));
            Monitor.Pulse(_waiting);
        }

        return signal.Task;
    }

    public void Dispose()
    {
        lock (_waiting)
        {
            _ended = true;
            Monitor.Pulse(_waiting);
        }
    }

    private void Run()
    {
        lock (_waiting)
        {
            // Whoever still waits at the end is let go, as at a time that has come.
            while (!_ended || _waiting.Count > 0)
            {
                if (!_waiting.TryPeek(out var next))
                {
                    Monitor.Wait(_waiting);
                    continue;
                }

                var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next.Due);
                if (_ended || left < Tolerance)
                {
                    _waiting.Dequeue().Signal.TrySetResult();
                }
                else
                {
                    Monitor.Wait(_waiting, (int)Math.Max(1, Math.Round(left.TotalMilliseconds)));
                }
            }
        }
    }
}
