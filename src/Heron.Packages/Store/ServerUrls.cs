using System.Net;

namespace Heron.Packages.Store;

/// <summary>How nodes reach this server.</summary>
public sealed class ServerUrls
{
    /// <summary>Decides what nodes are told.</summary>
    /// <param name="downloadHostname">What <c>--download-hostname</c> says; else this machine's name counts.</param>
    /// <param name="port">The port that is listened on.</param>
    /// <param name="downloadPort">The port that nodes use, when it is another one.</param>
    /// <param name="downloadUrl">
    /// What <c>--download-url</c> says: scheme, host, port and path under which a proxy passes requests on to this server. It goes
    /// before everything else.
    /// </param>
    /// <param name="isTls">Whether this server speaks HTTPS itself.</param>
    public ServerUrls(string? downloadHostname, int port, int? downloadPort = null, Uri? downloadUrl = null, bool isTls = false)
    {
        var host = string.IsNullOrWhiteSpace(downloadHostname) ? Dns.GetHostName() : downloadHostname.Trim();
        host = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        Port = port;
        IsChosen = !string.IsNullOrWhiteSpace(downloadHostname) || downloadPort is not null || downloadUrl is not null;
        Base = downloadUrl?.AbsoluteUri.TrimEnd('/') ?? $"{(isTls ? "https" : "http")}://{host}:{downloadPort ?? port}";
    }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    /// <summary>Whether the operator said any of it.</summary>
    public bool IsChosen { get; }

    /// <summary>The host, in what all addresses begin with.</summary>
    public string Host => new Uri(Base).Host;

    /// <summary>What all addresses begin with: <c>http://HOST:PORT</c>, or the download URL without a slash at its end.</summary>
    public string Base { get; }

    /// <summary>Where the core package is.</summary>
    public string Core => $"{Base}/api/v1/file/download/core";

    /// <summary>Where the core package of a release is.</summary>
    public string CoreOf(string version) => $"{Core}/{Uri.EscapeDataString(version)}";

    /// <summary>Where a stored file is.</summary>
    public string Of(StoredName name) => Of(name, Base);

    /// <summary>Where a stored file is for somebody who reaches this server under another address.</summary>
    public static string Of(StoredName name, string address) => $"{address}/api/v1/file/download/{name.Value}";

    /// <summary>The stored name in a URI that <see cref="Of(StoredName)"/> made, whatever host and port it had then.</summary>
    public static bool TryGetName(string uri, out StoredName name)
    {
        const string Marker = "/api/v1/file/download/";
        var at = uri.LastIndexOf(Marker, StringComparison.Ordinal);
        name = default;
        return at >= 0 && StoredName.TryParse(uri[(at + Marker.Length)..], out name);
    }
}
