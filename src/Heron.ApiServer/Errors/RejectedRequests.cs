// SPDX-License-Identifier: Apache-2.0
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Heron.ApiServer.Errors;

/// <summary>
/// Gives the errors that Kestrel makes before there is a request (a broken request line or header, a header section that is
/// too large, a time-out) a JSON body like all others. Kestrel offers no way to word them; but it announces them, and
/// writes nothing but an empty answer afterwards, which is replaced here on its way to the socket.
/// </summary>
internal static class RejectedRequests
{
    /// <summary>Puts the replacement between Kestrel and the socket.</summary>
    public static ConnectionDelegate Middleware(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        var output = new RejectionWriter(transport.Output);
        connection.Features.Set(output);
        connection.Transport = new Duplex(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
