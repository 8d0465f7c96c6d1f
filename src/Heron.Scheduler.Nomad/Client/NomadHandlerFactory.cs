using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heron.Core;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>Makes the one connection pool, with the TLS settings that Nomad's own tools know.</summary>
internal static class NomadHandlerFactory
{
    public static SocketsHttpHandler Create(NomadConnectionSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            // Nomad closes what goes above 100 connections of one address without a word.
            MaxConnectionsPerServer = settings.Parallelism,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(10, settings.RequestTimeout.TotalSeconds)),
            AutomaticDecompression = System.Net.DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        if (settings.Address.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = TlsOptions(settings);
        }

        return handler;
    }

    private static SslClientAuthenticationOptions TlsOptions(NomadConnectionSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.ClientCert is { } certificate)
        {
            var key = settings.ClientKey ?? throw new HeronException(
                FaultKind.Invalid, $"{NomadKeys.ClientCert} is set, so {NomadKeys.ClientKey} must be set too");
#pragma warning disable CA2000 // The handler uses it as long as the server lives.
            options.ClientCertificates =
            [
                Load(NomadKeys.ClientCert, certificate, path => X509Certificate2.CreateFromPemFile(path, key)),
            ];
#pragma warning restore CA2000
        }

        var authorities = Authorities(settings);
        options.RemoteCertificateValidationCallback = (_, presented, _, errors) =>
            settings.TlsSkipVerify || IsTrusted(settings, authorities, presented, errors);
        return options;
    }

    private static bool IsTrusted(
        NomadConnectionSettings settings,
        X509Certificate2Collection? authorities,
        X509Certificate? presented,
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
        return nameFits && chain.Build(certificate);
    }

    private static X509Certificate2Collection? Authorities(NomadConnectionSettings settings)
    {
        if (settings.CaCert is null && settings.CaPath is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        if (settings.CaCert is { } file)
        {
            AddPem(authorities, NomadKeys.CaCert, file);
        }

        if (settings.CaPath is { } folder)
        {
            var files = Load(NomadKeys.CaPath, folder, Directory.GetFiles);
            foreach (var member in files.Order(StringComparer.Ordinal))
            {
                AddPem(authorities, NomadKeys.CaPath, member);
            }
        }

        return authorities;
    }

    private static void AddPem(X509Certificate2Collection authorities, string key, string path) =>
        Load(key, path, p =>
        {
            authorities.ImportFromPemFile(p);
            return true;
        });

    private static T Load<T>(string key, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new HeronException(
                FaultKind.Invalid, $"the setting {key} names {path}, which cannot be used: {unreadable.Message}", unreadable);
        }
    }
}
