// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;

namespace Heron.ZooKeeper;

/// <summary>How to speak TLS with the servers' <c>secureClientPort</c>.</summary>
public sealed record ZooKeeperTlsOptions
{
    /// <summary>
    /// The authorities that may have signed the servers' certificates. Default: <see langword="null"/>, those of the system.
    /// </summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>The certificate, with its private key, that proves who we are. Default: none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// The certificates of authorities between <see cref="ClientCertificate"/> and the one that the servers trust; they are sent
    /// with it. Default: <see langword="null"/>, none.
    /// </summary>
    public X509Certificate2Collection? ClientCertificateChain { get; init; }

    /// <summary>
    /// Whether the certificate must carry the host name as it is written in the connection string. Never a name that a
    /// reverse lookup gave. Default: <see langword="true"/>.
    /// </summary>
    public bool CheckHostName { get; init; } = true;

    /// <summary>Reads authorities and, optionally, a client certificate from PEM files.</summary>
    /// <param name="authorities">File with one or more certificates; <see langword="null"/> for the system's.</param>
    /// <param name="certificate">
    /// File with the client's certificate and, behind it, its <see cref="ClientCertificateChain"/>; <see langword="null"/> for none.
    /// </param>
    /// <param name="privateKey">File with the client's private key; <see langword="null"/> when it stands in <paramref name="certificate"/>.</param>
    /// <returns>Options with what the files hold.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no certificate or no key.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ZooKeeperTlsOptions FromPemFiles(string? authorities, string? certificate = null, string? privateKey = null)
    {
        X509Certificate2Collection? trusted = null;
        if (authorities is not null)
        {
            trusted = [];
            trusted.ImportFromPemFile(authorities);
        }

        var options = new ZooKeeperTlsOptions { CertificateAuthorities = trusted };
        if (certificate is null)
        {
            return options;
        }

        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(certificate);
        return options with
        {
            ClientCertificate = X509Certificate2.CreateFromPemFile(certificate, privateKey),
            ClientCertificateChain = [.. chain.Skip(1)],
        };
    }
}
