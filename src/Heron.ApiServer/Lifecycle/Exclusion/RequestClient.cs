using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Heron.ApiServer.Lifecycle.Exclusion;

/// <summary>Names the client of a request for messages and logs.</summary>
public static class RequestClient
{
    private const int MaxUserLength = 64;

    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@+");

    /// <summary>
    /// <c>ADDRESS</c>, or <c>USER at ADDRESS</c> when the request carries the name of a user, as the CLI sends it for
    /// user information in the service URL. The name is the client's own claim; nothing is granted by it.
    /// </summary>
    public static string Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var text = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        return UserOf(context.Request) is { } user ? $"{user} at {text}" : text;
    }

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
