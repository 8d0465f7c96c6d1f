// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

/// <summary>
/// One connection. What it downloads is thrown away in the kernel (MSG_TRUNC), and what it uploads comes from the page cache
/// (sendfile), so that the client costs the machine as little as can be.
/// </summary>
internal static partial class Client
{
    private const int Discard = 0x20;
    private const int Chunk = 1 << 20;

    public static Task<int> DownloadAsync(int port, string path, long? range, int requests, int bytesASecond = 0) => Task.Factory.StartNew(
        () =>
        {
            using var socket = Connect(port);
            var status = 0;
            for (var i = 0; i < requests; i++)
            {
                var wanted = range is { } length ? $"Range: bytes=0-{length - 1}\r\n" : "";
                socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{wanted}\r\n"));
                (status, var left) = ReadHead(socket);
                while (left > 0)
                {
                    var piece = bytesASecond > 0 ? Math.Min(bytesASecond / 10, Chunk) : Chunk;
                    var read = recv(socket.SafeHandle, 0, (nint)Math.Min(piece, left), Discard);
                    if (read <= 0)
                    {
                        return 0;
                    }

                    left -= read;
                    if (bytesASecond > 0)
                    {
                        Thread.Sleep(100);
                    }
                }
            }

            return status;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>The same over TLS: what is encrypted must be read.</summary>
    public static Task<int> DownloadTlsAsync(int port, string path, long? range) => Task.Factory.StartNew(
        () =>
        {
            using var socket = Connect(port);
            using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, _, _, _) => true);
            stream.AuthenticateAsClient("localhost");
            var wanted = range is { } length ? $"Range: bytes=0-{length - 1}\r\n" : "";
            stream.Write(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{wanted}\r\n"));
            var buffer = new byte[Chunk / 4];
            var (filled, end) = (0, -1);
            while (end < 0)
            {
                var read = stream.Read(buffer, filled, buffer.Length - filled);
                if (read == 0)
                {
                    return 0;
                }

                filled += read;
                end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            }

            var (status, left) = Parse(buffer.AsSpan(0, end));
            for (left -= filled - end - 4; left > 0;)
            {
                var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
                if (read == 0)
                {
                    return 0;
                }

                left -= read;
            }

            return status;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public static Task<int> UploadAsync(int port, string path, string file, bool put) => put
        ? SendAsync(port, $"PUT {path}", "", [], file, [])
        : SendAsync(port, $"POST {path}", Form.ContentType, Form.FileHead("file", "a.jar"), file, Form.End);

    /// <summary>Sends a file with something before and behind it.</summary>
    public static Task<int> SendAsync(int port, string request, string type, byte[] before, string file, byte[] after) => Task.Factory.StartNew(
        () =>
        {
            using var socket = Connect(port);
            var length = new FileInfo(file).Length;
            socket.Send(Encoding.ASCII.GetBytes(
                $"{request} HTTP/1.1\r\nHost: localhost\r\n{type}Content-Length: {before.Length + length + after.Length}\r\n\r\n"));
            try
            {
                socket.Send(before);
                socket.SendFile(file);
                socket.Send(after);
                return ReadHead(socket).Status;
            }
            catch (SocketException)
            {
                return 0;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static (int Status, long Length) ReadHead(Socket socket)
    {
        var head = new byte[4096];
        var length = 0;
        int end;
        do
        {
            // Looked at first, so that not one byte of the body is taken along.
            var seen = socket.Receive(head, SocketFlags.Peek);
            if (seen == 0)
            {
                return (0, 0);
            }

            end = head.AsSpan(0, seen).IndexOf("\r\n\r\n"u8);
            length = seen;
        }
        while (end < 0 && length < head.Length);

        socket.Receive(head, end + 4, SocketFlags.None);
        return Parse(head.AsSpan(0, end));
    }

    private static (int Status, long Length) Parse(ReadOnlySpan<byte> head)
    {
        var text = Encoding.ASCII.GetString(head);
        var at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return (
            int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture),
            at < 0 ? 0 : long.Parse(text[(at + 16)..].Split('\r')[0], CultureInfo.InvariantCulture));
    }

#pragma warning disable SYSLIB1054
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint recv(SafeSocketHandle socket, nint buffer, nint length, int flags);
#pragma warning restore SYSLIB1054
}
