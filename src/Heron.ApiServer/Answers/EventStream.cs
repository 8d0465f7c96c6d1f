// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Heron.ApiServer.Answers;

/// <summary>One message of a stream of server-sent events.</summary>
/// <param name="Id">What the client names in <c>Last-Event-ID</c> to go on behind it; null when it cannot.</param>
/// <param name="Data">The message; it may have several lines.</param>
internal readonly record struct StreamMessage(string? Id, string Data);

/// <summary>
/// Answers that go on: what there is goes out at once, a sign of life every few seconds, so that proxies keep the connection, and the
/// server's end ends them: a browser then asks again by itself and goes on behind the last message it got. They end as well when whoever
/// asked may not have them any more.
/// </summary>
internal static class EventStream
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/event-stream";

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n");

    /// <summary>Whether the client wants server-sent events.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the client got last of an earlier stream; null when it names nothing.</summary>
    public static string? LastId(HttpRequest request) => request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id ? id : null;

    /// <summary>Writes messages as server-sent events until they end, the client leaves or the server stops.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Gives the messages; its token ends with client and server.</param>
    public static Task SendAsync(HttpContext context, Func<CancellationToken, Task<IAsyncEnumerable<StreamMessage>>> read) => SendAsync(
        context,
        $"{MediaType}; charset=utf-8",
        "retry: 1000\n\n",
        ": \n\n",
        read,
        static (text, message) =>
        {
            if (message.Id is { } id)
            {
                text.Append("id: ").Append(id).Append('\n');
            }

            var rest = message.Data.AsSpan();
            while (true)
            {
                var end = rest.IndexOfAny(LineEnds);
                text.Append("data: ").Append(end < 0 ? rest : rest[..end]).Append('\n');
                if (end < 0)
                {
                    break;
                }

                rest = rest[(end + (rest[end..].StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1))..];
            }

            text.Append('\n');
        });

    /// <summary>Writes messages as lines of plain text.</summary>
    public static Task SendTextAsync(HttpContext context, Func<CancellationToken, Task<IAsyncEnumerable<StreamMessage>>> read) => SendAsync(
        context, "text/plain; charset=utf-8", "", "", read, static (text, message) => text.Append(message.Data).Append('\n'));

    private static async Task SendAsync(
        HttpContext context,
        string type,
        string greeting,
        string signOfLife,
        Func<CancellationToken, Task<IAsyncEnumerable<StreamMessage>>> read,
        Action<StringBuilder, StreamMessage> write)
    {
        var services = context.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        // Faults of the beginning are answered as any other.
        var messages = await read(either.Token);
        var response = context.Response;
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var condition = context.Features.Get<IAnswerCondition>();
        var text = new StringBuilder(greeting);
        await using var reading = messages.GetAsyncEnumerator(either.Token);
        Task<bool>? next = null;
        try
        {
            await FlushAsync();
            next = reading.MoveNextAsync().AsTask();
            while (true)
            {
                if (!next.IsCompleted)
                {
                    await FlushAsync();
                    while (await Task.WhenAny(next, Task.Delay(SignOfLife, time, either.Token)) != next)
                    {
                        either.Token.ThrowIfCancellationRequested();
                        if (condition is not null && !await condition.HoldsAsync())
                        {
                            return;
                        }

                        text.Append(signOfLife);
                        await FlushAsync();
                    }
                }

                if (!await next || (condition is not null && !await condition.HoldsAsync()))
                {
                    break;
                }

                write(text, reading.Current);
                if (text.Length > 64 * 1024)
                {
                    await FlushAsync();
                }

                next = reading.MoveNextAsync().AsTask();
            }

            await FlushAsync();
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The client left, or asks the next server.
        }
        finally
        {
            if (next is { IsCompleted: false })
            {
                // What is still read cannot be put away before it has ended.
                await either.CancelAsync();
                await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }

        async Task FlushAsync()
        {
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            text.Clear();
            await response.Body.WriteAsync(bytes, either.Token);
            await response.Body.FlushAsync(either.Token);
        }
    }
}
