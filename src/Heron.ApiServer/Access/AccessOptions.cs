// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>What the command line says about who may reach the server and what for. All paths are absolute.</summary>
public sealed record AccessOptions
{
    /// <summary><c>--users</c>: the file of users and rights, or null for a server without login.</summary>
    public string? UsersFile { get; init; }

    /// <summary>Whether there is a <c>--users</c> at all. One whose file cannot be used is a mistake, and nothing that follows from having none.</summary>
    public bool NamesUsers { get => field || UsersFile is not null; init; }

    /// <summary><c>--require-login</c>: whether a server that others can reach must have users.</summary>
    public bool RequireLogin { get; init; }

    /// <summary><c>--allowed-hosts</c>: further names of this server.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary><c>--tls-certificate</c>: PEM, the server's own first; null for HTTP.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>Whether there is a <c>--tls-certificate</c> at all.</summary>
    public bool NamesCertificate { get => field || TlsCertificate is not null; init; }

    /// <summary><c>--tls-key</c>: PEM.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Whether there is a <c>--tls-key</c> at all.</summary>
    public bool NamesKey { get => field || TlsKey is not null; init; }

    /// <summary><c>--tls-client-ca</c>: PEM, who may issue certificates of clients; null when none are asked for.</summary>
    public string? TlsClientCa { get; init; }

    /// <summary><c>--audit-log</c>: the file that changes are noted in, or null.</summary>
    public string? AuditLog { get; init; }

    /// <summary>Reads certificate and key, when there are any.</summary>
    /// <exception cref="Heron.Core.HeronException">They cannot be used.</exception>
    internal TlsCertificates? OpenCertificates(TimeProvider time) =>
        TlsCertificate is { } certificate && TlsKey is { } key ? new TlsCertificates(certificate, key, TlsClientCa, time) : null;
}
