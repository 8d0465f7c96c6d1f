// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>
/// The listener's certificate and key, read again when one of the files was changed: a renewed certificate needs no restart. A pair that
/// cannot be read, as while it is being replaced, leaves the one before in place.
/// </summary>
internal sealed class TlsCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly X509Certificate2Collection? _clientAuthorities;
    private readonly ReloadedFiles<SslServerAuthenticationOptions> _files;

    /// <summary>Reads the files for the first time.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: they cannot be read, or do not belong together.</exception>
    public TlsCertificates(string certificate, string key, string? clientAuthorities, TimeProvider time)
    {
        _certificatePath = certificate;
        _keyPath = key;
        _clientAuthorities = clientAuthorities is null ? null : ReadAuthorities(clientAuthorities);
        _files = new ReloadedFiles<SslServerAuthenticationOptions>([certificate, key], Read, Interval, time);
    }

    /// <summary>Why the files were last not used after a change; null when they were.</summary>
    public string? Problem => _files.Problem;

    /// <summary>What to shake hands with now.</summary>
    public SslServerAuthenticationOptions Current => _files.Current;

    /// <summary>Reads the files now, changed or not.</summary>
    /// <returns>Why they cannot be used, in which case what was read before holds; null when they are.</returns>
    public string? Reload() => _files.Reload();

    private SslServerAuthenticationOptions Read()
    {
        try
        {
#pragma warning disable CA2000 // The context that is given away holds the certificate as long as it serves connections.
            var certificate = X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath);
#pragma warning restore CA2000
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificatePath);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
#pragma warning disable CA5398 // Said on purpose: 1.2 at least, whatever the system's default is.
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
                ClientCertificateRequired = _clientAuthorities is not null,

                // A client may come without one, and log in otherwise.
                RemoteCertificateValidationCallback = (_, client, _, errors) => client is null || errors == SslPolicyErrors.None,
                CertificateChainPolicy = _clientAuthorities is null ? null : ClientPolicy(_clientAuthorities),
            };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                FaultKind.Invalid, $"--tls-certificate {_certificatePath} with --tls-key {_keyPath} cannot be used: {e.Message}", e);
        }
    }

    // Each handshake takes a copy and adds the intermediates that the client sends. Nothing is fetched: the address of an issuer is
    // whatever the client has written into its certificate.
    private static X509ChainPolicy ClientPolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("it has no certificate");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"--tls-client-ca {path} cannot be used: {e.Message}", e);
        }
    }
}
