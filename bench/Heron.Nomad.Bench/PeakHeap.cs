// SPDX-License-Identifier: Apache-2.0

/// <summary>Looks twenty times a second at what the last collection left of the managed heap, and keeps the highest value.</summary>
internal sealed class PeakHeap : IDisposable
{
    private readonly Timer _timer;
    private long _peak;

    public PeakHeap()
    {
        GC.Collect();
        _timer = new Timer(_ => _peak = Math.Max(_peak, GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes), null, 0, 50);
    }

    public double Megabytes => _peak / 1048576.0;

    public void Dispose() => _timer.Dispose();
}
