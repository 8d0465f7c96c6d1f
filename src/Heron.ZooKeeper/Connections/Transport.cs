// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Heron.ZooKeeper.Connections;

/// <summary>Opens the byte stream to one address, with TLS when the options ask for it.</summary>
internal static class Transport
{
    public static async Task<Stream> OpenAsync(Endpoint endpoint, ZooKeeperTlsOptions? tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(endpoint.Address, endpoint.Host.Port), cancellationToken).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return tls is null ? plain : await SecureAsync(plain, endpoint.Host, tls, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(NetworkStream plain, ZooKeeperHost host, ZooKeeperTlsOptions tls, CancellationToken cancellationToken)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(Options(host, tls), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            // The outer message of a handshake that the other side ended says no more than "see inner exception".
            string reason = e.GetBaseException().Message;
            throw new AuthenticationException(
                e is AuthenticationException && e.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                    ? $"the TLS handshake failed, and a certificate is the reason: {e.Message}"
                    : $"the TLS handshake failed ({reason}); is this the servers' secureClientPort and not the plain one, and do they accept our certificate?",
                e);
        }
    }

    private static SslClientAuthenticationOptions Options(ZooKeeperHost host, ZooKeeperTlsOptions tls)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host.Name };
        if (tls.ClientCertificate is not null)
        {
            // A context is presented even when the servers name authorities that this machine cannot connect it with.
            options.ClientCertificateContext = SslStreamCertificateContext.Create(tls.ClientCertificate, tls.ClientCertificateChain, offline: true);
        }

        if (tls.CertificateAuthorities is not null)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // a private authority publishes no list
            };
            policy.CustomTrustStore.AddRange(tls.CertificateAuthorities);
            options.CertificateChainPolicy = policy;
        }

        if (!tls.CheckHostName)
        {
#pragma warning disable CA5359 // Only the name's mismatch is forgiven, and only where the user said so.
            options.RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
#pragma warning restore CA5359
        }

        return options;
    }
}
