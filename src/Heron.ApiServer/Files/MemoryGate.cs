// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Access;
using Heron.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Heron.ApiServer.Files;

/// <summary>
/// Lets as many of one kind of request in at once as the memory carries. The others wait, unread, so that their senders wait too; only a
/// crowd that no server of this size serves in time is sent away. One client has at most half of the places, and a quarter of the row.
/// </summary>
/// <param name="size">How many go through at once.</param>
/// <param name="what">What waits, for the message to those who are sent away.</param>
/// <param name="waiting">How many may wait.</param>
internal abstract class MemoryGate(int size, string what, int waiting)
{
    /// <summary>How many may wait where nobody says otherwise.</summary>
    protected const int MostWaiting = 2000;

    private readonly FairGate<IPAddress> _gate = new(
        new FairGateLimits(size, Math.Max(1, size / 2), waiting, Math.Max(1, waiting / 4)), what, TimeSpan.FromMinutes(1));

    /// <summary>Waits for room.</summary>
    /// <returns>Disposing it makes room for the next.</returns>
    /// <exception cref="BusyException">Too many wait already.</exception>
    public virtual Task<IDisposable> EnterAsync(HttpContext context) =>
        _gate.EnterAsync(ClientAddress.Of(context.Connection.RemoteIpAddress), context.RequestAborted);

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
/// <param name="waiting">How many may wait.</param>
internal sealed class UploadGate(int size, int waiting = UploadGate.MostWaiting) : MemoryGate(size, "uploads", waiting)
{
    // What a body takes on its way: the connection's buffer, the form's, and that of the file, with the collector's share.
    private const long BytesEach = 1024 * 1024;

    // A bad line has more; who has a place and sends next to nothing keeps it from others.
    private static readonly MinDataRate SlowestSender = new(bytesPerSecond: 4 * 1024, gracePeriod: TimeSpan.FromSeconds(30));

    /// <summary>Makes a gate of a size that fits a quarter of this process's memory.</summary>
    public UploadGate()
        : this(Fit(part: 4, BytesEach, fewest: 8, most: 256))
    {
    }

    /// <inheritdoc/>
    public override async Task<IDisposable> EnterAsync(HttpContext context)
    {
        var place = await base.EnterAsync(context);

        // Heeded from the first read on; while it waited, nothing was read.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestSender;
        }

        return place;
    }
}

/// <summary>Dry runs, as long as their plans are made and read.</summary>
/// <param name="size">How many go through at once.</param>
internal sealed class DryRunGate(int size) : MemoryGate(size, "dry runs", MostWaiting)
{
    // A definition and a plan of 30,000 instances, with what making it takes.
    private const long BytesEach = 64 * 1024 * 1024;

    /// <summary>Makes a gate of a size that fits a third of this process's memory.</summary>
    public DryRunGate()
        : this(Fit(part: 3, BytesEach, fewest: 1, most: 16))
    {
    }
}
