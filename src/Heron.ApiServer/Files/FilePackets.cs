// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Heron.ApiServer.Files;

/// <summary>
/// Parts of files on their way to a socket. What the kernel takes at once, it is given (<c>sendfile(2)</c>); the framework's own sending
/// of files waits for a client that takes no more for now.
/// </summary>
internal sealed class FilePackets(Socket socket) : IDisposable
{
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int Invalid = 22;
    private const int Unknown = 38;
    private const int NotSupported = 95;
    private const int BrokenPipe = 32;
    private const int Reset = 104;
    private const int NotConnected = 107;
    private const int TimedOut = 110;

    private Transfer? _transfer;
    private SafeFileHandle? _file;
    private FileStream? _stream;

    /// <summary>Begins with a file.</summary>
    /// <param name="file">Open until <see cref="Close"/>.</param>
    public void Open(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Gives the kernel bytes that go before a part of the file, to be sent with its first bytes: the client is woken once.
    /// </summary>
    /// <returns>How many it took; the others are to be sent as any.</returns>
    public int SendBefore(ReadOnlySpan<byte> bytes)
    {
        const int DoNotWait = 0x40;
        const int NoSignal = 0x4000;
        const int MoreFollows = 0x8000;
        return (int)Math.Max(0, send(socket.SafeHandle, in MemoryMarshal.GetReference(bytes), bytes.Length, DoNotWait | NoSignal | MoreFollows));
    }

    /// <summary>Sends a part of the file.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="SocketException">The client left.</exception>
    /// <exception cref="IOException">The file became shorter, or cannot be opened once more.</exception>
    public ValueTask SendAsync(long offset, long length)
    {
        var sent = SendNow(offset, length);
        return sent == length ? ValueTask.CompletedTask : new ValueTask(SendRestAsync(offset + sent, length - sent));
    }

    /// <summary>Ends with this file; another may follow.</summary>
    public void Close()
    {
        _stream?.Dispose();
        _stream = null;
        _file = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _transfer?.Dispose();
    }

    private static EndOfStreamException Shorter() => new("the file became shorter while it was sent");

    // As many bytes as the kernel has room for. The socket does not block: a request has come over it.
    private long SendNow(long offset, long length)
    {
        var (at, end) = (offset, offset + length);
        while (at < end)
        {
            var sent = sendfile(socket.SafeHandle, _file!, ref at, (nint)(end - at));
            if (sent == 0)
            {
                throw Shorter();
            }

            if (sent < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case Interrupted:
                        continue;

                    // No room for now, or a file system from which the kernel cannot send: the framework waits, or copies.
                    case WouldBlock or Invalid or Unknown or NotSupported:
                        return at - offset;
                    case BrokenPipe or Reset or NotConnected or TimedOut:
                        throw new SocketException((int)SocketError.ConnectionReset);
                    case var error:
                        throw new IOException($"the file cannot be sent: {Marshal.GetPInvokeErrorMessage(error)}", error);
                }
            }
        }

        return length;
    }

    private async Task SendRestAsync(long offset, long length)
    {
        // The framework takes a path, or a stream of its own making; this path is the file that is open, wherever it is by now.
        _stream ??= new FileStream(
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_file!.DangerousGetHandle()}"),
            new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous });

        if (IsShorter())
        {
            throw Shorter();
        }

        _transfer ??= new Transfer();
        _transfer.SendPacketsElements = [new SendPacketsElement(_stream, offset, (int)length)];
        var done = _transfer.Start();
        if (IsPending(_transfer))
        {
            await done;
        }

        // What is no longer there the framework may take for a fault of the socket.
        if (_transfer.SocketError != SocketError.Success)
        {
            throw IsShorter() ? Shorter() : new SocketException((int)_transfer.SocketError);
        }

        if (_transfer.BytesTransferred < length)
        {
            throw Shorter();
        }

        bool IsShorter() => RandomAccess.GetLength(_file!) < offset + length;
    }

    private bool IsPending(Transfer transfer)
    {
        try
        {
            return socket.SendPacketsAsync(transfer);
        }
        catch (NotSupportedException) when (!socket.Connected)
        {
            // So the framework calls a connection that the client has reset.
            throw new SocketException((int)SocketError.NotConnected);
        }
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for two calls with bytes and integers.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint send(SafeSocketHandle socket, in byte bytes, nint count, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint sendfile(SafeSocketHandle socket, SafeFileHandle file, ref long offset, nint count);
#pragma warning restore SYSLIB1054

    private sealed class Transfer() : SocketAsyncEventArgs(true)
    {
        private TaskCompletionSource? _done;

        public Task Start()
        {
            // Completed on a thread of the pool already: what goes on after it may do so there.
            _done = new();
            return _done.Task;
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _done!.SetResult();
    }
}
