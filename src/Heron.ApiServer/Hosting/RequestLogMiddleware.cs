using System.Diagnostics;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Logging;

namespace Heron.ApiServer.Hosting;

/// <summary>One log line a request, written when it is over.</summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, ILogger<RequestLogMiddleware> logger)
{
    /// <summary>Runs the rest of the pipeline and logs what became of it.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var path = context.Request.Path.Value;
        try
        {
            await next(context);
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var outcome = context.RequestAborted.IsCancellationRequested ? "client left" : "done";
            Log.Request(
                logger,
                LogText.Escape(context.Request.Method),
                LogText.Escape(path),
                context.Response.StatusCode,
                outcome,
                elapsed,
                context.Connection.RemoteIpAddress,
                context.Features.Get<RefusalReason>() is { } reason ? ": " + reason.Text : string.Empty);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} -> {Status} {Outcome} in {Elapsed:F0} ms from {Remote}{Reason}")]
        public static partial void Request(
            ILogger logger,
            string method,
            string path,
            int status,
            string outcome,
            double elapsed,
            System.Net.IPAddress? remote,
            string reason);
    }
}
