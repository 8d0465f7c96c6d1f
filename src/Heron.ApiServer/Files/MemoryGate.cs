// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Files;

/// <summary>
/// Lets as many of one kind of request in at once as the memory carries. The others wait, unread, so that their senders wait too; only a
/// crowd that no server of this size serves in time is sent away.
/// </summary>
/// <param name="size">How many go through at once.</param>
/// <param name="what">What waits, for the message to those who are sent away.</param>
internal abstract class MemoryGate(int size, string what) : IDisposable
{
    private const int MostWaiting = 2000;

    private readonly SemaphoreSlim _free = new(size, size);
    private int _waiting;

    /// <summary>Waits for room.</summary>
    /// <returns>Disposing it makes room for the next.</returns>
    /// <exception cref="BusyException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new BusyException(
                $"{MostWaiting} {what} wait for this server already; send it again in a minute", isCallers: false, TimeSpan.FromMinutes(1));
        }

        try
        {
            await _free.WaitAsync(cancellationToken);
            return new GiveBack(() => _free.Release());
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    /// <summary>How many of them fit into a part of this process's memory.</summary>
    /// <param name="part">One divided by which part.</param>
    /// <param name="bytesEach">What one takes.</param>
    /// <param name="fewest">Never fewer.</param>
    /// <param name="most">Never more.</param>
    protected static int Fit(int part, long bytesEach, int fewest, int most) =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / part / bytesEach, fewest, most);
}

/// <summary>Uploads and submissions, as long as their bodies arrive.</summary>
/// <param name="size">How many go through at once.</param>
internal sealed class UploadGate(int size) : MemoryGate(size, "uploads")
{
    // What a body takes on its way: the connection's buffer, the form's, and that of the file, with the collector's share.
    private const long BytesEach = 1024 * 1024;

    /// <summary>Makes a gate of a size that fits a quarter of this process's memory.</summary>
    public UploadGate()
        : this(Fit(part: 4, BytesEach, fewest: 8, most: 256))
    {
    }
}

/// <summary>Dry runs, as long as their plans are made and read.</summary>
/// <param name="size">How many go through at once.</param>
internal sealed class DryRunGate(int size) : MemoryGate(size, "dry runs")
{
    // A definition and a plan of 30,000 instances, with what making it takes.
    private const long BytesEach = 64 * 1024 * 1024;

    /// <summary>Makes a gate of a size that fits a third of this process's memory.</summary>
    public DryRunGate()
        : this(Fit(part: 3, BytesEach, fewest: 1, most: 16))
    {
    }
}
