// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Hosting;

/// <summary>
/// Gives memory back to the system when a crowd has left. The collector does so by itself only while something is allocated: a server
/// that nobody asks for anything would keep for hours what its busiest minute took.
/// </summary>
internal sealed class IdleMemory(NetworkMemory network, TimeProvider time) : BackgroundService
{
    private const long Megabyte = 1024 * 1024;
    private const long Quiet = 8 * Megabyte;
    private const long WorthIt = 64 * Megabyte;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Whether so little was done lately, and so much before, that a full collection disturbs nobody and finds something.</summary>
    /// <param name="lately">Bytes allocated in the last seconds.</param>
    /// <param name="since">Bytes allocated since the last time.</param>
    /// <param name="live">Bytes that are in use, as far as that is known: they have to be gone through.</param>
    public static bool IsTime(long lately, long since, long live) => lately < Quiet && since > Math.Max(WorthIt, 2 * live);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = GC.GetTotalAllocatedBytes();
        var before = last;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = GC.GetTotalAllocatedBytes();
                if (IsTime(now - before, now - last, GC.GetGCMemoryInfo(GCKind.FullBlocking).HeapSizeBytes))
                {
                    network.Trim();
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    NativeHeap.Trim();
                    last = now;
                }

                before = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends.
        }
    }
}
