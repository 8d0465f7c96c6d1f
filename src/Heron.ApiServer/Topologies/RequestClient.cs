// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heron.ApiServer.Access;
using Heron.Operations;

namespace Heron.ApiServer.Topologies;

/// <summary>Names the client of a request.</summary>
internal static class RequestClient
{
    private const int MaxUserLength = 64;

    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@+");

    /// <summary>Address, and user when the request carries the name of one, as the CLI sends it for user information in the service URL.</summary>
    public static Caller Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var text = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        return new Caller(text, Login.Of(context).User.Name is { Length: > 0 } proved ? proved : UserOf(context.Request), context.TraceIdentifier);
    }

    /// <summary>Whether it is Heron's own command-line client, of any release: all are made with Python's requests.</summary>
    public static bool IsHeronCli(HttpRequest request) =>
        request.Headers.UserAgent.ToString().StartsWith("python-requests/", StringComparison.Ordinal);

    private static string? UserOf(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is null)
        {
            return null;
        }

        var bytes = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, bytes, out var length))
        {
            return null;
        }

        var user = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2)[0];

        // Goes into logs and into other people's messages, so nothing but plain names.
        return user.Length is > 0 and <= MaxUserLength && !user.AsSpan().ContainsAnyExcept(Harmless) ? user : null;
    }
}
