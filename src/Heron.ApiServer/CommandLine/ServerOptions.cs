// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Access;
using Heron.ApiServer.Logging;

namespace Heron.ApiServer.CommandLine;

/// <summary>What the command line says. All paths are absolute.</summary>
public sealed record ServerOptions
{
    /// <summary>The port when <c>--port</c> is not given; the Java server's.</summary>
    public const int DefaultPort = 9000;

    /// <summary><c>--cluster</c>: the only cluster that submissions may name.</summary>
    public required string Cluster { get; init; }

    /// <summary>
    /// The folder of template files: <c>--config-path</c>, else the subfolder that <c>--base-template</c> or the cluster names, of
    /// <c>~/.heron/conf</c> if it is there, or of <c>conf/</c> beside the program.
    /// </summary>
    public required string TemplateDirectory { get; init; }

    /// <summary>The folder beside the program that would be used if <c>~/.heron/conf</c> had none of this name; null when it has none.</summary>
    public string? PassedOverTemplate { get; init; }

    /// <summary>The file that options were read from besides, or null: <c>--config</c>, else the one that is read when it is there.</summary>
    public string? File { get; init; }

    /// <summary>
    /// <c>--port</c>, 0 for any free one. Default <see cref="DefaultPort"/>.
    /// </summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary><c>--bind</c>: the address to listen on, or null for all addresses (IPv4 and IPv6).</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary><c>--release-file</c>, else <c>release.yaml</c> beside the program, or null when neither is there.</summary>
    public string? ReleaseFile { get; init; }

    /// <summary><c>-D</c> values; of a key given twice, the last one.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary><c>--verbose</c>, <c>--log-format</c>, <c>--log-file</c>.</summary>
    public LogSettings Log { get; init; } = new();

    /// <summary>Who may reach the server and what for: <c>--users</c> and what goes with it.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary><c>--download-hostname</c>: the host in the URIs of uploaded files, or null for this machine's name.</summary>
    public string? DownloadHostname { get; init; }

    /// <summary><c>--download-port</c>: the port in the URIs of uploaded files, or null for the one that is listened on.</summary>
    public int? DownloadPort { get; init; }

    /// <summary><c>--download-url</c>: what those URIs begin with, before everything else, or null.</summary>
    public Uri? DownloadUrl { get; init; }

    /// <summary><c>--download-listen</c>: where to listen for downloads only, or null.</summary>
    public (IPAddress? Address, int Port)? DownloadListen { get; init; }

    /// <summary><c>--trusted-proxies</c>: whose <c>X-Forwarded-*</c> headers count.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary><c>--heron-core-package-path</c>: the heron-core archive to serve, or a folder of them, or null.</summary>
    public string? HeronCorePackagePath { get; init; }
}
