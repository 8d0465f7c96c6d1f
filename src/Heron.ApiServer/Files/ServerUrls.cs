using System.Net;

namespace Heron.ApiServer.Files;

/// <summary>How nodes reach this server.</summary>
public sealed class ServerUrls
{
    private readonly string _host;

    /// <summary>Decides the host part.</summary>
    /// <param name="downloadHostname">What <c>--download-hostname</c> says; else this machine's name counts.</param>
    /// <param name="port">The port that is listened on.</param>
    public ServerUrls(string? downloadHostname, int port)
    {
        var host = string.IsNullOrWhiteSpace(downloadHostname) ? Dns.GetHostName() : downloadHostname.Trim();
        _host = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        Port = port;
    }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    /// <summary><c>http://HOST:PORT</c>.</summary>
    public string Base => $"http://{_host}:{Port}";

    /// <summary>Where the core package is.</summary>
    public string Core => $"{Base}/api/v1/file/download/core";

    /// <summary>Where a stored file is.</summary>
    public string Of(StoredName name) => $"{Base}/api/v1/file/download/{name.Value}";

    /// <summary>The stored name in a URI that <see cref="Of"/> made, whatever host and port it had then.</summary>
    public static bool TryGetName(string uri, out StoredName name)
    {
        const string Marker = "/api/v1/file/download/";
        var at = uri.LastIndexOf(Marker, StringComparison.Ordinal);
        name = default;
        return at >= 0 && StoredName.TryParse(uri[(at + Marker.Length)..], out name);
    }
}
