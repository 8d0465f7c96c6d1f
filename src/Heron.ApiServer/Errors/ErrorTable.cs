// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Answers;
using Heron.Core;

namespace Heron.ApiServer.Errors;

/// <summary>The one place where faults become status codes and sentences.</summary>
internal static class ErrorTable
{
    /// <summary>The roots that the answer to an unknown path lists, as the Java server's did.</summary>
    public static IReadOnlyList<string> Paths { get; } = ["/api/v1/topologies", "/api/v1/version", "/api/v1/file"];

    /// <summary>Status code of a kind of fault.</summary>
    public static int StatusOf(FaultKind kind) => kind switch
    {
        FaultKind.BadRequest => StatusCodes.Status400BadRequest,
        FaultKind.NotFound => StatusCodes.Status404NotFound,
        FaultKind.Conflict => StatusCodes.Status409Conflict,
        FaultKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        FaultKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        FaultKind.BadGateway => StatusCodes.Status502BadGateway,
        FaultKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        FaultKind.OutOfSpace => StatusCodes.Status507InsufficientStorage,
        FaultKind.Internal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Status and body for anything thrown.</summary>
    public static (int Status, ErrorBody Body) Of(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, new ErrorBody(MessageOf(bad))),
        MissingParametersException missing =>
            (StatusOf(missing.Kind), new ErrorBody(missing.Message) { Errors = new ErrorDetails(missing.Missing) }),
        BusyException { IsCallers: true } => (StatusCodes.Status429TooManyRequests, new ErrorBody(exception.Message)),
        _ => (StatusOf(Faults.KindOf(exception)), new ErrorBody(MessageOf(exception))),
    };

    /// <summary>The sentence for an answer that was given as a bare status, by routing or by Kestrel.</summary>
    public static string MessageOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "the request is malformed",
        StatusCodes.Status404NotFound => "there is nothing at this path; see 'paths' for where the API begins",
        StatusCodes.Status405MethodNotAllowed => "this path does not take this method; the Allow header names those it takes",
        StatusCodes.Status408RequestTimeout => "the request arrived too slowly (headers within 30 s, a body with 240 bytes a second at least, an upload or a submission with 4 KiB) and was given up; send it again",
        StatusCodes.Status411LengthRequired => "send a Content-Length or a chunked body",
        StatusCodes.Status412PreconditionFailed => "the file is not the one that If-Match or If-Unmodified-Since asks for",
        StatusCodes.Status413PayloadTooLarge =>
            "the body is larger than this server accepts; the operator can raise heron.apiserver.http.upload.max.bytes",
        StatusCodes.Status414UriTooLong => "the request line is longer than 8 KiB",
        StatusCodes.Status415UnsupportedMediaType => "the Content-Type of the request is not one this path takes",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "the request headers are larger than 32 KiB or more than 100",
        StatusCodes.Status500InternalServerError => "the server failed; its log has the details",
        StatusCodes.Status503ServiceUnavailable => "the server cannot take the request now; try again shortly",
        StatusCodes.Status505HttpVersionNotsupported => "this server speaks HTTP/1.1",
        StatusCodes.Status507InsufficientStorage => "the disk of the server is full; its operator must make room",
        _ => $"the request was answered with status {status}",
    };

    private static string MessageOf(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status400BadRequest => $"the request is malformed: {bad.Message}",
        StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge => MessageOf(bad.StatusCode),
        _ => bad.Message,
    };

    private static string MessageOf(Exception exception) => exception switch
    {
        HeronException or TimeoutException => exception.Message,
        OperationCanceledException =>
            "the request was cut off before it was done, most likely because the server is being stopped; send it again in a moment",
        _ when Faults.KindOf(exception) == FaultKind.OutOfSpace => MessageOf(StatusCodes.Status507InsufficientStorage),
        _ => $"the server failed: {exception.Message} (its log has the details)",
    };
}
