// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>
/// The address of Nomad's HTTP API, as <c>heron.nomad.scheduler.uri</c> gives it: <c>http://</c>, <c>https://</c>, or
/// <c>unix://</c> with the path of a socket, such as that which Nomad gives its tasks (<c>NOMAD_UNIX_ADDR</c>, 1.5 and newer).
/// </summary>
/// <param name="Uri">
/// With a scheme, without a slash at the end of its path; unless it names a socket, ready to append <c>/v1/…</c> to its text.
/// </param>
/// <param name="Warning">What looks wrong about it although it can be used, or null.</param>
internal sealed record NomadAddress(Uri Uri, string? Warning)
{
    /// <summary>The scheme of a socket's path.</summary>
    public const string SocketScheme = "unix";

    /// <summary>Where a Nomad agent listens unless it is told otherwise.</summary>
    public const string Default = "http://127.0.0.1:4646";

    private const int HttpPort = 4646;
    private const int RpcPort = 4647;

    /// <summary>Reads an address; one without a scheme, as some of Heron's documentation shows it, means <c>http://</c>.</summary>
    /// <exception cref="HeronException">It is no http, https or unix address.</exception>
    public static NomadAddress Parse(string text)
    {
        var trimmed = text.Trim();
        var withScheme = trimmed.Contains("://", StringComparison.Ordinal) ? trimmed : "http://" + trimmed;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var uri)
            || !IsKnown(uri)
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new HeronException(
                FaultKind.Invalid, $"{NomadKeys.SchedulerUri}: '{trimmed}' is no address of Nomad's HTTP API; write it like {Default}");
        }

        var normal = new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        var warning = PortWarning(uri) is { } wrong ? $"{NomadKeys.SchedulerUri} is {trimmed}: {wrong}" : null;
        return new NomadAddress(normal, warning);
    }

    /// <summary>What is most likely wrong with an address's port, or null.</summary>
    public static string? PortWarning(Uri uri) => uri.Port == RpcPort
        ? $"port {RpcPort} is Nomad's port for its own servers; its HTTP API is on {HttpPort} unless changed"
        : null;

    private static bool IsKnown(Uri uri) => uri.Scheme == SocketScheme
        ? uri.Host.Length == 0 && uri.AbsolutePath.Length > 1
        : uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;
}
