// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heron.Testing.ZooKeeper;

/// <summary>
/// An authority made for one test run, a server certificate for <c>localhost</c> and 127.0.0.1, and a client certificate. As
/// organisations have it, the authority signs a second one, which signs the others: only the first is trusted.
/// </summary>
public sealed class TestCertificates : IDisposable
{
    private const string Password = "testing";

    private TestCertificates(string folder, X509Certificate2 authority, X509Certificate2 client)
    {
        Folder = folder;
        Authority = authority;
        Client = client;
    }

    public string Folder { get; }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Client { get; }

    public string AuthorityFile => Path.Combine(Folder, "ca.pem");

    /// <summary>The client's certificate and the one that signed it.</summary>
    public string ClientFile => Path.Combine(Folder, "client.pem");

    public string ClientKeyFile => Path.Combine(Folder, "client.key");

    public static TestCertificates Create()
    {
        string folder = Directory.CreateTempSubdirectory("heron-certificates-").FullName;
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using X509Certificate2 between = Issue(authority, "CN=Second authority", new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 server = Issue(between, "CN=zookeeper", LocalNames());
        X509Certificate2 client = Issue(between, "CN=heron");
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificate(between.RawData);
        File.WriteAllBytes(Path.Combine(folder, "server.p12"), new X509Certificate2Collection { server, withoutKey }.Export(X509ContentType.Pkcs12, Password)!);
        File.WriteAllText(Path.Combine(folder, "client.pem"), client.ExportCertificatePem() + "\n" + between.ExportCertificatePem());
        using RSA clientKey = client.GetRSAPrivateKey()!;
        File.WriteAllText(Path.Combine(folder, "client.key"), clientKey.ExportPkcs8PrivateKeyPem());
        return new TestCertificates(folder, authority, client);
    }

    /// <summary>What makes a server use them; it demands a client certificate of the same authority.</summary>
    public IEnumerable<string> JavaOptions() =>
    [
        "-Dzookeeper.serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
        $"-Dzookeeper.ssl.keyStore.location={Folder}/server.p12", "-Dzookeeper.ssl.keyStore.type=PKCS12", $"-Dzookeeper.ssl.keyStore.password={Password}",
        $"-Dzookeeper.ssl.trustStore.location={Folder}/ca.pem", "-Dzookeeper.ssl.trustStore.type=PEM",
        "-Dzookeeper.ssl.hostnameVerification=false", "-Dzookeeper.ssl.clientAuth=need",
    ];

    /// <summary>A client certificate that this authority has not signed.</summary>
    public static X509Certificate2 Stranger()
    {
        using TestCertificates other = Create();
        return Issue(other.Authority, "CN=stranger");
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static X509Extension LocalNames()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        return names.Build();
    }

    private static X509Certificate2 Issue(X509Certificate2 issuer, string name, params X509Extension[] extensions)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7f;
        using X509Certificate2 issued = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, serial);
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12, Password), Password, X509KeyStorageFlags.Exportable);
    }
}
