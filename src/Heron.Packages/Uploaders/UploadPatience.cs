// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Packages.Uploaders;

/// <summary>How long an upload waits for the other side, so that one that says nothing does not hold a topology's name for ever.</summary>
/// <param name="Connecting">Until it accepts the connection.</param>
/// <param name="Silence">While it neither takes bytes nor answers.</param>
/// <param name="Whole">For everything together.</param>
public sealed record UploadPatience(TimeSpan Connecting, TimeSpan Silence, TimeSpan Whole)
{
    /// <summary>Ten seconds, one minute, one hour.</summary>
    public static UploadPatience Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
}

/// <summary>Watches one call to an upload target.</summary>
internal sealed class UploadWatch : IDisposable
{
    private readonly UploadPatience _patience;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _whole;
    private readonly CancellationTokenSource _any;
    private readonly CancellationToken _caller;

    public UploadWatch(UploadPatience patience, TimeProvider time, CancellationToken caller)
    {
        _patience = patience;
        _caller = caller;
        _silence = new CancellationTokenSource(patience.Silence, time);
        _whole = new CancellationTokenSource(patience.Whole, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, _whole.Token, caller);
    }

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Whole => _patience.Whole;

    /// <summary>Cancelled by the caller, or when patience ends.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>Whether it was not the caller who ended the call.</summary>
    public bool IsOver => !_caller.IsCancellationRequested && _any.IsCancellationRequested;

    /// <summary>The other side took bytes.</summary>
    public void Progress() => _silence.CancelAfter(_patience.Silence);

    /// <summary>What to tell when patience ended.</summary>
    /// <param name="where">The target and the setting that names it.</param>
    /// <param name="cause">What ended the call.</param>
    public HeronException Explain(string where, Exception cause) => new(
        FaultKind.Unavailable,
        _whole.IsCancellationRequested
            ? $"{where} took longer than {_patience.Whole.TotalMinutes:0} minutes; check what hinders it, and submit again"
            : $"{where} accepted the connection and then neither took bytes nor answered for {_patience.Silence.TotalSeconds:0} s; check what hinders it, and submit again",
        cause);

    public void Dispose()
    {
        _any.Dispose();
        _whole.Dispose();
        _silence.Dispose();
    }
}

/// <summary>A package as it is read by whoever sends it; every piece that goes out is progress.</summary>
internal sealed class WatchedPackage(FileStream file, UploadWatch watch) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    /// <summary>Opens a package.</summary>
#pragma warning disable CA2000 // The watched package owns the file.
    public static WatchedPackage Open(string path, UploadWatch watch) => new(
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan),
        watch);
#pragma warning restore CA2000

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        watch.Progress();
        return file.Read(buffer);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        watch.Progress();
        return file.ReadAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    /// <inheritdoc/>
    public override void Flush()
    {
        // Only read.
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }
}
