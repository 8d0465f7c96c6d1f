// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Errors;
using Microsoft.AspNetCore.Connections;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// How many connections there may be: of one client at most five eighths of all, and the last quarter is for those who have few, so
/// that no host, idle or not, shuts everybody else out. Who gets none is told so, in HTTP, where HTTP is spoken without TLS.
/// </summary>
internal sealed class ConnectionLimits
{
    /// <summary>Connections that may be answered with a refusal at once, beside those that are let in.</summary>
    public const int MostRefusedAtOnce = 256;

    // Every container of a large topology fetches two packages when it starts.
    private const int DefaultAll = 4096;
    private const int RetryAfterSeconds = 10;

    // For the answer to arrive before the connection is closed with unread bytes, which would take it back.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly ClientCounts _counts = new();
    private readonly int _ofOne;
    private readonly int _free;
    private readonly int _few;

    /// <summary>Makes limits for so many connections.</summary>
    public ConnectionLimits(int all = DefaultAll) => (All, _ofOne, _free, _few) = (all, all * 5 / 8, all * 3 / 4, all / 16);

    /// <summary>The most that are let in.</summary>
    public int All { get; }

    /// <summary>Counts and refuses.</summary>
    /// <param name="next">What serves a connection.</param>
    /// <param name="isPlain">Whether the client understands HTTP at once.</param>
    public ConnectionDelegate Middleware(ConnectionDelegate next, bool isPlain) => async connection =>
    {
        var own = _counts.TryTake(ClientAddress.Of((connection.RemoteEndPoint as IPEndPoint)?.Address), MayEnter, out var taken);
        if (taken is null)
        {
            if (isPlain)
            {
                await RefuseAsync(connection, own);
            }

            return;
        }

        using (taken)
        {
            await next(connection);
        }
    };

    private bool MayEnter(int own, int all) => all < All && own < _ofOne && (all < _free || own < _few);

    private static async Task RefuseAsync(ConnectionContext connection, int own)
    {
        var message = own > 0
            ? string.Create(CultureInfo.InvariantCulture, $"this client has {own} connections to this server already; close some, or use them again")
            : "this server has as many connections as it can serve; try again in a moment";
        var body = ErrorWriter.Serialize(new ErrorBody(message));
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {(own > 0 ? "429 Too Many Requests" : "503 Service Unavailable")}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nRetry-After: {RetryAfterSeconds}\r\nConnection: close\r\n\r\n");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(Linger);
        try
        {
            await connection.Transport.Output.WriteAsync(new ReadOnlyMemory<byte>([.. Encoding.ASCII.GetBytes(head), .. body]), limit.Token);
            await connection.Transport.Output.CompleteAsync();
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync(limit.Token);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // It has gone, or will not listen.
        }
    }
}
