using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heron.Scheduler.Nomad.Tests.Support;

/// <summary>An authority with a server's and a client's certificate, as PEM files in a temporary folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;

    public TestAuthority()
    {
        Folder = Directory.CreateTempSubdirectory("nomad-tls-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        CaFile = Path.Join(Directory.CreateDirectory(Path.Join(Folder, "ca")).FullName, "ca.pem");
        File.WriteAllText(CaFile, _authority.ExportCertificatePem());
        Server = Issue("server.global.nomad", "server");
        Client = Issue("client", "client");
    }

    public string Folder { get; }

    public string CaFile { get; }

    public string CaFolder => Path.GetDirectoryName(CaFile)!;

    public X509Certificate2 Server { get; }

    public X509Certificate2 Client { get; }

    public string ClientCertFile => Path.Join(Folder, "client.pem");

    public string ClientKeyFile => Path.Join(Folder, "client.key");

    public void Dispose()
    {
        _authority.Dispose();
        Server.Dispose();
        Client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private X509Certificate2 Issue(string name, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Join(Folder, file + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Join(Folder, file + ".key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.CopyWithPrivateKey(key);
    }
}
