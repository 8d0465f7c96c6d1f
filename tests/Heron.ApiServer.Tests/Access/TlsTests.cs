// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-tls-").FullName;

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public async Task The_server_speaks_TLS_and_a_client_logs_in_by_its_certificate()
    {
        var (certificate, key) = Write("server", "CN=server");
        var (ca, clients, _) = Authority();
        await File.WriteAllTextAsync(Path.Join(_folder, "users.yaml"), "users:\n  alice:\n    subjects: ['CN=alice, O=Example']\n    rights: ['read *']\n");
        await using var server = await TestServer.StartAsync(access: new AccessOptions
        {
            TlsCertificate = certificate,
            TlsKey = key,
            TlsClientCa = ca,
            UsersFile = Path.Join(_folder, "users.yaml"),
        });

        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Port, clients("CN=alice, O=Example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(server.Port, clients("CN=bob, O=Example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(server.Port, null));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(server.Port, Selfmade("CN=alice, O=Example")));
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await server.Client.GetAsync("/api/v1/version"));
    }

    [Fact]
    public async Task Intermediates_that_a_client_sends_lead_to_the_authority()
    {
        var (ca, _, authority) = Authority();
        using var intermediate = Issue("CN=between", authority, isAuthority: true);
        using var client = Issue("CN=alice, O=Example", intermediate);
        var (certificate, key) = Write("server", "CN=server");
        await File.WriteAllTextAsync(Path.Join(_folder, "users.yaml"), "users:\n  alice:\n    subjects: ['CN=alice, O=Example']\n    rights: ['read *']\n");
        var access = new AccessOptions
        {
            TlsCertificate = certificate,
            TlsKey = key,
            TlsClientCa = ca,
            UsersFile = Path.Join(_folder, "users.yaml"),
        };
        await using var server = await TestServer.StartAsync(access: access);

        // More than once: a handshake keeps nothing of the one before.
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Port, client, intermediate));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Port, client, intermediate));
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => GetAsync(server.Port, client, []));
    }

    [Fact]
    public async Task The_server_fetches_nothing_that_a_certificate_names()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (ca, _, _) = Authority();
        using var unknown = Selfmade("CN=unknown");
        using var client = Issue("CN=alice, O=Example", unknown, issuerAt: $"http://{listener.LocalEndpoint}/issuer.crt");
        var (certificate, key) = Write("server", "CN=server");
        await using var server = await TestServer.StartAsync(access: new AccessOptions { TlsCertificate = certificate, TlsKey = key, TlsClientCa = ca });
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => GetAsync(server.Port, client, []));
        Assert.False(listener.Pending());
    }

    [Fact]
    public void A_renewed_certificate_is_taken_and_a_broken_one_is_not()
    {
        var time = new FakeTimeProvider();
        var (certificate, key) = Write("server", "CN=first");
        var certificates = new TlsCertificates(certificate, key, null, time);
        Assert.Equal("CN=first", Subject());

        File.WriteAllText(key, "nonsense");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=first", Subject());
        Assert.Contains("--tls-certificate", certificates.Problem, StringComparison.Ordinal);

        Write("server", "CN=second");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=second", Subject());
        Assert.Null(certificates.Problem);

        string Subject() => certificates.Current.ServerCertificateContext!.TargetCertificate.Subject;
    }

    [Fact]
    public async Task Versions_before_1_2_are_refused()
    {
        var (certificate, key) = Write("server", "CN=server");
        var options = new TlsCertificates(certificate, key, null, TimeProvider.System).Current;
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
        await using var server = await TestServer.StartAsync(access: new AccessOptions { TlsCertificate = certificate, TlsKey = key });
        Assert.Equal(HttpStatusCode.OK, await GetAsync(server.Port, null));
    }

    private static Task<HttpStatusCode> GetAsync(int port, X509Certificate2? certificate) => AskAsync(port, new SslClientAuthenticationOptions
    {
        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
    });

    // Of its own the client would look for the rest of the chain itself.
    private static Task<HttpStatusCode> GetAsync(int port, X509Certificate2 certificate, params X509Certificate2[] sent) => AskAsync(port, new SslClientAuthenticationOptions
    {
        ClientCertificateContext = SslStreamCertificateContext.Create(certificate, [.. sent], offline: true),
    });

    private static async Task<HttpStatusCode> AskAsync(int port, SslClientAuthenticationOptions options)
    {
        options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var handler = new SocketsHttpHandler { SslOptions = options };
        using var client = new HttpClient(handler);
        return (await client.GetAsync($"https://127.0.0.1:{port}/api/v1/version")).StatusCode;
    }

    private (string Certificate, string Key) Write(string name, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var (file, keyFile) = (Path.Join(_folder, name + ".pem"), Path.Join(_folder, name + ".key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    private static X509Certificate2 Selfmade(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private (string CaFile, Func<string, X509Certificate2> Client, X509Certificate2 Authority) Authority()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var file = Path.Join(_folder, "ca.pem");
        File.WriteAllText(file, authority.ExportCertificatePem());
        return (file, subject => Issue(subject, authority), authority);
    }

    private static X509Certificate2 Issue(string subject, X509Certificate2 issuer, bool isAuthority = false, string? issuerAt = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(isAuthority
            ? new X509BasicConstraintsExtension(true, false, 0, true)
            : new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true));
        if (issuerAt is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuerAt]));
        }

        using var signer = issuer.GetECDsaPrivateKey();
        return request.Create(
            issuer.SubjectName,
            X509SignatureGenerator.CreateForECDsa(signer!),
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(20),
            [1, 2, 3]).CopyWithPrivateKey(key);
    }
}
