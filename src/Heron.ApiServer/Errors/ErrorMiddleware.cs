// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.ApiServer.Answers;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.ApiServer.Errors;

/// <summary>Gives every failure, thrown or bare, its JSON body.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, OwnFolders folders, ILogger<ErrorMiddleware> logger)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
#pragma warning disable CA1031 // Whatever was thrown, the CLI needs a JSON body: it crashes on anything else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var (status, body) = ErrorTable.Of(exception);
            var clientLeft = context.RequestAborted.IsCancellationRequested;
            if (!clientLeft || exception is not (OperationCanceledException or IOException))
            {
                Note(context, exception, status, ShownText.Of(body.Message, ShownText.LineLength));
            }

            if (clientLeft || context.Response.HasStarted)
            {
                // Nobody reads an answer, or a cut connection is the only way left to say that the bytes are not all.
                context.Abort();
                return;
            }

            if (exception is BusyException busy)
            {
                context.Response.Headers.RetryAfter = ((int)Math.Ceiling(busy.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            // The log has it as it is.
            await ErrorWriter.WriteAsync(context, status, body with { Message = folders.HideIn(body.Message) });
            return;
        }

        if (IsBareError(context.Response))
        {
            var status = context.Response.StatusCode;
            var prefix = context.Request.PathBase.ToUriComponent();
            IReadOnlyList<string>? paths = status == StatusCodes.Status404NotFound ? [.. ErrorTable.Paths.Select(path => prefix + path)] : null;
            await ErrorWriter.WriteAsync(context, status, new ErrorBody(ErrorTable.MessageOf(status)) { Paths = paths });
        }
    }

    /// <summary>What the request log cannot tell: why. An operation that fails after its client has left is told here alone.</summary>
    private void Note(HttpContext context, Exception exception, int status, string message)
    {
        context.Features.Set(new RefusalReason(message));
        if (status < StatusCodes.Status500InternalServerError)
        {
            // The request log and the audit tell it.
            return;
        }

        if (exception is HeronException || Faults.KindOf(exception) == FaultKind.OutOfSpace)
        {
            // An expected fault of the surroundings: where in the code it was met helps nobody.
            var cause = exception is HeronException ? exception.InnerException : exception;
            var words = cause is null ? "" : ShownText.Of(PeerWords.Of(cause), ShownText.LineLength);
            Log.Refused(logger, status, message, message.Contains(words, StringComparison.Ordinal) ? "" : $" (cause: {words})");
        }
        else
        {
            Log.Failed(logger, exception, status, message);
        }
    }

    private static bool IsBareError(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "answering {Status}: {Message}{Cause}")]
        public static partial void Refused(ILogger logger, int status, string message, string cause);

        [LoggerMessage(Level = LogLevel.Error, Message = "answering {Status}: {Message}")]
        public static partial void Failed(ILogger logger, Exception exception, int status, string message);
    }
}
