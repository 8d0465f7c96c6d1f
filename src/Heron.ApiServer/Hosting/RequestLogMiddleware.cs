// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Logging;
using Heron.Core;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// One log line a request, written when it is over. What containers, clients and monitors ask for all day, downloads and looks that
/// succeed, is logged at debug.
/// </summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, ILogger<RequestLogMiddleware> logger)
{
    private static readonly string[] Quiet = ["/api/v1/file/download/", "/api/v1/version", "/health", "/metrics"];

    /// <summary>Runs the rest of the pipeline and logs what became of it.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var path = context.Request.Path.Value;
        RequestId.Assign(context);
        try
        {
            await next(context);
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var clientLeft = context.RequestAborted.IsCancellationRequested;
            var level = IsQuiet(path, context) && !clientLeft ? LogLevel.Debug : LogLevel.Information;
            if (logger.IsEnabled(level))
            {
                Log.Request(
                    logger,
                    level,
                    ShownText.Of(context.Request.Method, ShownText.LineLength),
                    ShownText.Of(path, ShownText.LineLength),
                    context.Response.StatusCode,
                    clientLeft ? "client left" : "done",
                    elapsed,
                    context.Connection.RemoteIpAddress,
                    context.Response.StatusCode < StatusCodes.Status500InternalServerError && context.Features.Get<RefusalReason>() is { } reason ? ": " + reason.Text : string.Empty);
            }
        }
    }

    private static bool IsQuiet(string? path, HttpContext context) =>
        context.Response.StatusCode < StatusCodes.Status400BadRequest
        && Array.Exists(Quiet, p => path?.StartsWith(p, StringComparison.Ordinal) == true);

    private static partial class Log
    {
        [LoggerMessage(Message = "{Method} {Path} -> {Status} {Outcome} in {Elapsed:F0} ms from {Remote}{Reason}")]
        public static partial void Request(
            ILogger logger,
            LogLevel level,
            string method,
            string path,
            int status,
            string outcome,
            double elapsed,
            System.Net.IPAddress? remote,
            string reason);
    }
}
