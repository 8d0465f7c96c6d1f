using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heron.Testing.ZooKeeper;

/// <summary>An authority made for one test run, a server certificate for <c>localhost</c> and 127.0.0.1, and a client certificate.</summary>
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

    public string ClientFile => Path.Combine(Folder, "client.pem");

    public string ClientKeyFile => Path.Combine(Folder, "client.key");

    public static TestCertificates Create()
    {
        string folder = Directory.CreateTempSubdirectory("heron-certificates-").FullName;
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        X509Certificate2 server = Issue(authority, "CN=zookeeper", forServer: true);
        X509Certificate2 client = Issue(authority, "CN=heron", forServer: false);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        File.WriteAllBytes(Path.Combine(folder, "server.p12"), server.Export(X509ContentType.Pkcs12, Password));
        File.WriteAllText(Path.Combine(folder, "client.pem"), client.ExportCertificatePem());
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
        return Issue(other.Authority, "CN=stranger", forServer: false);
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, bool forServer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (forServer)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7f;
        using X509Certificate2 issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddDays(1), serial);
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12, Password), Password, X509KeyStorageFlags.Exportable);
    }
}
