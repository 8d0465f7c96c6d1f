// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Win32.SafeHandles;

namespace Heron.ApiServer.Files;

/// <summary>
/// Sends parts of files without their bytes ever entering this process: the kernel takes them from its page cache (sendfile).
/// </summary>
internal interface IFileOutput
{
    /// <summary>Why the file could not be sent to its end, when that is the file's fault and not the client's. The connection is cut then.</summary>
    Exception? Fault { get; }

    /// <summary>Takes a file whose parts are to be sent.</summary>
    /// <param name="file">Open until <see cref="End"/>.</param>
    void Open(SafeFileHandle file);

    /// <summary>
    /// From now on, what the response's writer is advanced by is taken from a file instead of from the memory that it gave, until
    /// that many bytes have been sent. So Kestrel counts the bytes as it counts any, and lengths and connections stay right.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many.</param>
    void Begin(long offset, long length);

    /// <summary>Ends with the file, also when not all was sent.</summary>
    void End();
}

/// <summary>
/// The way out of a connection: instead of into a pipe, from which another loop sends, straight to the socket. Only so can bytes
/// that Kestrel wrote and bytes that come from a file keep their order.
/// </summary>
internal sealed class SocketOutput : PipeWriter, IFileOutput
{
    private const int SmallestBlock = 4096;

    private static readonly byte[] Unwritten = new byte[SmallestBlock];

    private readonly ConnectionContext _connection;
    private readonly Socket _socket;
    private readonly PipeWriter _transport;
    private readonly List<byte[]> _blocks = [];
    private readonly List<ArraySegment<byte>> _buffers = [];
    private Memory<byte> _free;
    private ArraySegment<byte> _filling;
    private int _filled;
    private long _unflushed;

    private FilePackets? _packets;
    private long _fileOffset;
    private long _fileLeft;
    private long _fileAdvanced;

    private volatile bool _broken;

    private SocketOutput(ConnectionContext connection, Socket socket)
    {
        _connection = connection;
        _socket = socket;
        _transport = connection.Transport.Output;
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _unflushed;

    /// <summary>Puts such a way out beneath a connection; one that is no plain socket keeps its own.</summary>
    public static ConnectionDelegate Middleware(ConnectionDelegate next) => async connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        var output = new SocketOutput(connection, socket);
        connection.Features.Set<IFileOutput>(output);
        connection.Transport = new Duplex(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            output.Release();
            connection.Transport = transport;
        }
    };

    /// <inheritdoc/>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public void Open(SafeFileHandle file)
    {
        Fault = null;
        _packets ??= new FilePackets(_socket);
        _packets.Open(file);
    }

    /// <inheritdoc/>
    public void Begin(long offset, long length)
    {
        _fileOffset = offset;
        _fileLeft = length;
    }

    /// <inheritdoc/>
    public void End()
    {
        _packets?.Close();
        _fileLeft = 0;
        _fileAdvanced = 0;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_fileLeft > 0)
        {
            // Asked for by whoever sends the file, who writes nothing into it.
            return Unwritten;
        }

        if (_free.Length < Math.Max(sizeHint, 1))
        {
            Close();
            Rent(sizeHint);
        }

        return _free;
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_fileLeft > 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _fileLeft - _fileAdvanced);
            _fileAdvanced += bytes;
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _free.Length);
            _filled += bytes;
            _free = _free[bytes..];
        }

        _unflushed += bytes;
    }

    /// <summary>Sends what was written. Done when the kernel has it; a client that reads slowly is waited for here.</summary>
    /// <param name="cancellationToken">
    /// Not heeded: what is half sent cannot be taken back, and a request that is called off loses its connection, which ends this.
    /// </param>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_broken)
        {
            Return();
            _unflushed = 0;
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: true));
        }

        Close();
        return _unflushed == 0 ? ValueTask.FromResult(default(FlushResult)) : SendAsync();
    }

    /// <summary>Sends bytes of the caller's own without a copy, which is how what is encrypted comes.</summary>
    /// <inheritdoc cref="FlushAsync"/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _broken ? ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: true))
        : source.IsEmpty || _unflushed > 0 || _fileLeft > 0 ? base.WriteAsync(source, cancellationToken)
        : SendAsync(source);

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        // Kestrel ends a connection instead, and that ends the flush.
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => _transport.Complete(exception);

    private async ValueTask<FlushResult> SendAsync()
    {
        try
        {
            // Length and offset of a file's part are in step with what Kestrel counts; the head of the answer comes before it.
            if (_buffers is [var bytes])
            {
                var sent = _fileAdvanced > 0 ? _packets!.SendBefore(bytes) : 0;
                if (sent < bytes.Count)
                {
                    await SendAllAsync(bytes[sent..]);
                }
            }
            else if (_buffers.Count > 1)
            {
                await SendAllAsync(_buffers);
            }

            if (_fileAdvanced > 0)
            {
                await SendFileAsync();
            }
        }
        catch (Exception e) when (EndsConnection(e))
        {
            Break(e);
        }
        finally
        {
            Return();
            _unflushed = 0;
        }

        return new FlushResult(isCanceled: false, isCompleted: _broken);
    }

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAllAsync(bytes);
        }
        catch (Exception e) when (EndsConnection(e))
        {
            Break(e);
        }

        return new FlushResult(isCanceled: false, isCompleted: _broken);
    }

    private static bool EndsConnection(Exception e) =>
        e is SocketException or ObjectDisposedException or IOException or UnauthorizedAccessException;

    // The client left, or the file cannot be read on: half an answer must not look like a whole one.
    private void Break(Exception e)
    {
        _broken = true;
        Fault = e is SocketException or ObjectDisposedException ? null : e;
        _connection.Abort(new ConnectionAbortedException(e.Message, e));
    }

    // The framework sends all bytes, or fails.
    private ValueTask<int> SendAllAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None);

    private Task<int> SendAllAsync(List<ArraySegment<byte>> buffers) => _socket.SendAsync(buffers, SocketFlags.None);

    private async ValueTask SendFileAsync()
    {
        await _packets!.SendAsync(_fileOffset, _fileAdvanced);
        _fileOffset += _fileAdvanced;
        _fileLeft -= _fileAdvanced;
        _fileAdvanced = 0;
    }

    private void Rent(int sizeHint)
    {
        var block = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, SmallestBlock));
        _blocks.Add(block);
        _free = block;
        _filling = block;
        _filled = 0;
    }

    // What was written into the block so far is to be sent; the rest of the block can still be filled.
    private void Close()
    {
        if (_filled > 0)
        {
            _buffers.Add(_filling[.._filled]);
            _filling = _filling[_filled..];
            _filled = 0;
        }
    }

    private void Return()
    {
        _buffers.Clear();
        foreach (var block in _blocks)
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        _blocks.Clear();
        _free = default;
        _filling = default;
        _filled = 0;
    }

    private void Release()
    {
        _broken = true;
        Return();
        End();
        _packets?.Dispose();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
