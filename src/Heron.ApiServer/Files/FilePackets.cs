// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Heron.ApiServer.Files;

/// <summary>
/// Parts of files on their way to a socket, by the framework's own sendfile, which also waits for a client that takes no more for now.
/// </summary>
internal sealed class FilePackets(Socket socket) : IDisposable
{
    private readonly Transfer _transfer = new();
    private FileStream? _stream;

    /// <summary>Begins with a file.</summary>
    /// <param name="file">Open until <see cref="Close"/>.</param>
    /// <exception cref="IOException">It cannot be opened once more.</exception>
    public void Open(SafeFileHandle file)
    {
        // The framework takes a path, or a stream of its own making; this path is the file that is open, wherever it is by now.
        _stream = new FileStream(
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}"),
            new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous });
    }

    /// <summary>Sends a part of the file.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="SocketException">The client left.</exception>
    /// <exception cref="IOException">The file became shorter.</exception>
    public async ValueTask SendAsync(long offset, long length)
    {
        // What is no longer there the framework would take for a fault of the socket.
        if (_stream!.Length < offset + length)
        {
            throw Shorter();
        }

        _transfer.SendPacketsElements = [new SendPacketsElement(_stream, offset, (int)length)];
        var done = _transfer.Start();
        if (IsPending())
        {
            await done;
        }

        if (_transfer.SocketError != SocketError.Success)
        {
            throw new SocketException((int)_transfer.SocketError);
        }

        if (_transfer.BytesTransferred < length)
        {
            throw Shorter();
        }
    }

    /// <summary>Ends with this file; another may follow.</summary>
    public void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _transfer.Dispose();
    }

    private static EndOfStreamException Shorter() => new("the file became shorter while it was sent");

    private bool IsPending()
    {
        try
        {
            return socket.SendPacketsAsync(_transfer);
        }
        catch (NotSupportedException) when (!socket.Connected)
        {
            // So the framework calls a connection that the client has reset.
            throw new SocketException((int)SocketError.NotConnected);
        }
    }

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
