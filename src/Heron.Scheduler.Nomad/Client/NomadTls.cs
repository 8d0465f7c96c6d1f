// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heron.Core.Parts;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>The TLS settings that Nomad's own tools know, with their files.</summary>
internal static class NomadTls
{
    /// <summary>What a certificate must be for, when it says what it is for (RFC 5280, id-kp-serverAuth).</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Reads the files that the settings name.</summary>
    /// <param name="settings">Where they are.</param>
    /// <param name="findings">Gets every file that cannot be used, with its setting.</param>
    /// <returns>Null for an address without TLS; not to be used after a mistake.</returns>
    public static SslClientAuthenticationOptions? Load(NomadConnectionSettings settings, Findings findings)
    {
        if (settings.Address.Scheme != Uri.UriSchemeHttps)
        {
            return null;
        }

        var options = new SslClientAuthenticationOptions();
        if (settings.ClientCert is { } certificate)
        {
            if (settings.ClientKey is { } key)
            {
                options.ClientCertificateContext = File(
                    NomadKeys.ClientCert, certificate, path => ClientCertificate(path, key), findings);
            }
            else
            {
                findings.Mistake($"{NomadKeys.ClientCert} is set, so {NomadKeys.ClientKey} must be set too");
            }
        }

        var authorities = Authorities(settings, findings);
        options.RemoteCertificateValidationCallback = (_, presented, sent, errors) =>
            settings.TlsSkipVerify || IsTrusted(settings, authorities, presented, sent, errors);
        return options;
    }

    /// <summary>
    /// The certificate and those behind it in its file: Nomad may know only the first authority of several. A context also
    /// presents the certificate when Nomad names authorities that this machine cannot connect it with.
    /// </summary>
    private static SslStreamCertificateContext ClientCertificate(string certificate, string key)
    {
        var file = new X509Certificate2Collection();
        file.ImportFromPemFile(certificate);
#pragma warning disable CA2000 // The handler uses it as long as the server lives.
        return SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPemFile(certificate, key), [.. file.Skip(1)], offline: true);
#pragma warning restore CA2000
    }

    private static bool IsTrusted(
        NomadConnectionSettings settings,
        X509Certificate2Collection? authorities,
        X509Certificate? presented,
        X509Chain? sent,
        SslPolicyErrors errors)
    {
        if (presented is null)
        {
            return false;
        }

        using var certificate = new X509Certificate2(presented);
        // Nomad's certificates carry names such as server.global.nomad, not the host's.
        var nameFits = settings.TlsServerName is { } name
            ? certificate.MatchesHostname(name)
            : !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        if (authorities is null)
        {
            return nameFits && !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // Nomad's private authorities publish no revocation lists.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        // Authorities between the trusted one and Nomad come with its certificate.
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        return nameFits && chain.Build(certificate);
    }

    private static X509Certificate2Collection? Authorities(NomadConnectionSettings settings, Findings findings)
    {
        if (settings.CaCert is null && settings.CaPath is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        if (settings.CaCert is { } file)
        {
            AddPem(authorities, NomadKeys.CaCert, file, findings);
        }

        if (settings.CaPath is { } folder)
        {
            var files = File(NomadKeys.CaPath, folder, Directory.GetFiles, findings);
            foreach (var member in (files ?? []).Order(StringComparer.Ordinal))
            {
                AddPem(authorities, NomadKeys.CaPath, member, findings);
            }
        }

        return authorities;
    }

    private static void AddPem(X509Certificate2Collection authorities, string key, string path, Findings findings) =>
        File(
            key,
            path,
            p =>
            {
                authorities.ImportFromPemFile(p);
                return authorities;
            },
            findings);

    private static T? File<T>(string key, string path, Func<string, T> read, Findings findings)
        where T : class
    {
        try
        {
            return read(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            findings.Mistake($"the setting {key} names {path}, which cannot be used: {unreadable.Message}");
            return null;
        }
    }
}
