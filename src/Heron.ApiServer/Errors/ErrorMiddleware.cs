namespace Heron.ApiServer.Errors;

/// <summary>Gives every failure, thrown or bare, its JSON body.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
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
            if (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to read an answer; the request log says that the client left.
                context.Abort();
                return;
            }

            var (status, body) = ErrorTable.Of(exception);
            if (status >= StatusCodes.Status500InternalServerError)
            {
                Log.Failed(logger, exception, status, Hosting.LogText.Escape(body.Message));
            }

            if (context.Response.HasStarted)
            {
                // A cut connection is the only way left to say that the bytes are not all.
                context.Abort();
                return;
            }

            await ErrorWriter.WriteAsync(context, status, body);
            return;
        }

        if (IsBareError(context.Response))
        {
            var status = context.Response.StatusCode;
            var paths = status == StatusCodes.Status404NotFound ? ErrorTable.Paths : null;
            await ErrorWriter.WriteAsync(context, status, new ErrorBody(ErrorTable.MessageOf(status)) { Paths = paths });
        }
    }

    private static bool IsBareError(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "answering {Status}: {Message}")]
        public static partial void Failed(ILogger logger, Exception exception, int status, string message);
    }
}
