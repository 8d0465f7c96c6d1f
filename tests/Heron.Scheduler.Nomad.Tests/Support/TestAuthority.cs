// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heron.Scheduler.Nomad.Tests.Support;

/// <summary>
/// An authority with a server's and a client's certificate, as PEM files in a temporary folder. As organisations have it, the
/// authority signs a second one, which signs the others: only the first is trusted.
/// </summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _between;

    public TestAuthority()
    {
        Folder = Directory.CreateTempSubdirectory("nomad-tls-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        CaFile = Path.Join(Directory.CreateDirectory(Path.Join(Folder, "ca")).FullName, "ca.pem");
        File.WriteAllText(CaFile, Authority.ExportCertificatePem());
        _between = Issue(Authority, "Second authority", request => request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(true, false, 0, true)));
        Server = Issue(_between, "server.global.nomad", Named("server.global.nomad"));
        Client = Issue(_between, "client", Named("client"));
        using var clientKey = Client.GetECDsaPrivateKey()!;
        File.WriteAllText(ClientCertFile, Client.ExportCertificatePem() + "\n" + _between.ExportCertificatePem());
        File.WriteAllText(ClientKeyFile, clientKey.ExportPkcs8PrivateKeyPem());
    }

    public string Folder { get; }

    public X509Certificate2 Authority { get; }

    public string CaFile { get; }

    public string CaFolder => Path.GetDirectoryName(CaFile)!;

    public X509Certificate2 Server { get; }

    /// <summary>What a server sends besides its own certificate.</summary>
    public X509Certificate2Collection ServerChain => [_between];

    public X509Certificate2 Client { get; }

    /// <summary>The client's certificate and the one that signed it.</summary>
    public string ClientCertFile => Path.Join(Folder, "client.pem");

    public string ClientKeyFile => Path.Join(Folder, "client.key");

    public void Dispose()
    {
        Authority.Dispose();
        _between.Dispose();
        Server.Dispose();
        Client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static Action<CertificateRequest> Named(string name) => request =>
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
    };

    private static X509Certificate2 Issue(X509Certificate2 issuer, string name, Action<CertificateRequest> extend)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        extend(request);
        using var certificate = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
