using Heron.Core;

namespace Heron.ApiServer.Files;

/// <summary>
/// Lets as many bodies in at once as the memory carries. The others wait, unread, so that their senders wait too; only a crowd that
/// no server of this size serves in time is sent away.
/// </summary>
internal sealed class UploadGate : IDisposable
{
    // What a body takes on its way: the connection's buffer, the form's, and that of the file, with the collector's share.
    private const long BytesEach = 512 * 1024;
    private const int Fewest = 8;
    private const int Most = 256;
    private const int MostWaiting = 2000;

    private readonly SemaphoreSlim _free;
    private int _waiting;

    /// <summary>Makes a gate of a size that fits a quarter of this process's memory.</summary>
    public UploadGate()
        : this((int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / BytesEach, Fewest, Most))
    {
    }

    /// <summary>Makes a gate.</summary>
    /// <param name="size">How many go through at once.</param>
    public UploadGate(int size) => _free = new SemaphoreSlim(size, size);

    /// <summary>Waits for room.</summary>
    /// <returns>Disposing it makes room for the next.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new HeronException(
                FaultKind.Unavailable, $"{MostWaiting} uploads wait for this server already; send it again in a minute");
        }

        try
        {
            await _free.WaitAsync(cancellationToken);
            return new Place(_free);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                free.Release();
            }
        }
    }
}
