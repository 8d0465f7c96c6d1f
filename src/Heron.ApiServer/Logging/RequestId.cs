// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace Heron.ApiServer.Logging;

/// <summary>
/// The id of a request: in every line of the log that belongs to it, in the audit, and in the answer. A proxy in front may have given it one
/// already; that one is taken when it is short and plain.
/// </summary>
internal static class RequestId
{
    /// <summary>The header, of requests and answers.</summary>
    public const string Header = "X-Request-Id";

    private const int MaxLength = 64;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Settles the id of a request, and puts it into the answer.</summary>
    public static void Assign(HttpContext context)
    {
        var given = context.Request.Headers[Header].ToString();
        if (given.Length is > 0 and <= MaxLength && !given.AsSpan().ContainsAnyExcept(Plain))
        {
            context.TraceIdentifier = given;
        }

        context.Response.Headers[Header] = context.TraceIdentifier;
    }
}
