using System.Net;

namespace Heron.ApiServer.Hosting;

/// <summary>What the HTTP side of the server needs to know, once command line and configuration are read.</summary>
public sealed record ServerSettings
{
    /// <summary>The cluster that submissions must name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The address to listen on.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Any;

    /// <summary>The port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; } = 9000;

    /// <summary>Host name in download URIs; null for this machine's name.</summary>
    public string? DownloadHostname { get; init; }

    /// <summary>The core package to serve, if any.</summary>
    public string? CorePackagePath { get; init; }

    /// <summary>The folder of the package store.</summary>
    public required string StoreFolder { get; init; }

    /// <summary>Largest upload or submission in bytes.</summary>
    public long UploadLimit { get; init; } = Files.UploadLimit.Default;

    /// <summary>Whether debug lines are logged.</summary>
    public bool Verbose { get; init; }

    /// <summary>What <c>GET /api/v1/version</c> answers: the settings <c>heron.build.*</c>.</summary>
    public IReadOnlyDictionary<string, string> Release { get; init; } = new Dictionary<string, string>();
}
