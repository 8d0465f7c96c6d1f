// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Access;
using Heron.ApiServer.Files;
using Heron.ApiServer.Logging;
using Heron.Packages.Store;

namespace Heron.ApiServer.Hosting;

/// <summary>What the HTTP side of the server needs to know, once command line and configuration are read.</summary>
public sealed record ServerSettings
{
    /// <summary>The cluster that submissions must name.</summary>
    public required string Cluster { get; init; }

    /// <summary>How nodes reach this server.</summary>
    public required ServerUrls Urls { get; init; }

    /// <summary>What is listened on, as a person reads it: scheme, address and port.</summary>
    public string Listens { get; init; } = string.Empty;

    /// <summary>The file that options were read from besides the command line, or null.</summary>
    public string? OptionsFile { get; init; }

    /// <summary>The core package to serve, or a folder with one for each release, or null.</summary>
    public string? CorePackagePath { get; init; }

    /// <summary>The folder of the package store; it exists and can be written to.</summary>
    public required string StoreFolder { get; init; }

    /// <summary>Which of several core packages is meant when nobody says; null when there is no such setting.</summary>
    public string? CoreVersion { get; init; }

    /// <summary>How long packages stay, and how much room they may take.</summary>
    public StoreSettings Store { get; init; } = new();

    /// <summary>Largest upload or submission.</summary>
    public UploadLimit UploadLimit { get; init; } = new(UploadLimit.Default);

    /// <summary>The proxies whose word on who asked, and under which address, counts.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>How the server logs.</summary>
    public LogSettings Log { get; init; } = new();

    /// <summary>How many connections there may be.</summary>
    internal ConnectionLimits Connections { get; init; } = new();

    /// <summary>How many requests may be in work.</summary>
    internal RequestLimits Requests { get; init; } = new();

    /// <summary>Who may reach the server and what for.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>What <c>GET /api/v1/version</c> answers: the settings <c>heron.build.*</c>.</summary>
    public IReadOnlyDictionary<string, string> Release { get; init; } = new Dictionary<string, string>();

    /// <summary>What looks wrong in the configuration but does not hinder the start; logged.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
