// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Heron.Packages.Store;

/// <summary>How nodes reach this server.</summary>
public sealed class ServerUrls
{
    /// <summary>Ours: whether a download of heron-core needs the cluster's token: <c>open</c> (the default) or <c>token</c>.</summary>
    public const string CoreKey = "heron.apiserver.core.download";

    private const string Folder = "/api/v1/file/download/";
    private const string CoreName = "core";

    private readonly DownloadKeys? _keys;

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

    private ServerUrls(ServerUrls plain, DownloadKeys keys, bool coreNeedsToken) =>
        (Port, IsChosen, Base, _keys, CoreNeedsToken) = (plain.Port, plain.IsChosen, plain.Base, keys, coreNeedsToken);

    /// <summary>The same with signed addresses: who knows one was told it.</summary>
    /// <param name="keys">What signs.</param>
    /// <param name="coreNeedsToken">Whether heron-core is for those alone who were told where it is; see <see cref="CoreKey"/>.</param>
    public ServerUrls Signed(DownloadKeys keys, bool coreNeedsToken) => new(this, keys, coreNeedsToken);

    /// <summary>Whether addresses of files are signed.</summary>
    public bool AreSigned => _keys is not null;

    /// <summary>Whether that of heron-core is.</summary>
    public bool CoreNeedsToken { get; }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    /// <summary>Whether the operator said any of it.</summary>
    public bool IsChosen { get; }

    /// <summary>The host, in what all addresses begin with.</summary>
    public string Host => new Uri(Base).Host;

    /// <summary>What all addresses begin with: <c>http://HOST:PORT</c>, or the download URL without a slash at its end.</summary>
    public string Base { get; }

    /// <summary>Where the core package is.</summary>
    public string Core => CoreNeedsToken ? $"{Base}{Folder}{_keys!.Sign(CoreName)}/{CoreName}" : $"{Base}{Folder}{CoreName}";

    /// <summary>Where the core package of a release is.</summary>
    public string CoreOf(string version) => $"{Core}/{Uri.EscapeDataString(version)}";

    /// <summary>Where a stored file is.</summary>
    public string Of(StoredName name) => Of(name, Base);

    /// <summary>Whether a signature, what stands before the name in an address, is one for this file. Without keys none is asked for.</summary>
    public bool Opens(StoredName name, string? signature) => _keys is null || _keys.IsValid(signature, name.Value);

    /// <summary>The same for heron-core, of whichever release.</summary>
    public bool OpensCore(string? signature) => !CoreNeedsToken || _keys!.IsValid(signature, CoreName);

    /// <summary>Where a stored file is for somebody who reaches this server under another address.</summary>
    public string Of(StoredName name, string address) => $"{address}{Folder}{(_keys is null ? "" : _keys.Sign(name.Value) + "/")}{name.Value}";

    /// <summary>The stored name in a URI that <see cref="Of(StoredName)"/> made, whatever host and port it had then.</summary>
    public static bool TryGetName(string uri, out StoredName name)
    {
        name = default;
        var at = uri.LastIndexOf(Folder, StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        var path = uri[(at + Folder.Length)..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || DownloadKeys.HasForm(path[..slash])) && StoredName.TryParse(path[(slash + 1)..], out name);
    }
}
