// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Heron.Testing;

namespace Heron.ZooKeeper.Tests.Servers;

/// <summary>A real server with a plain port and a secure one that demands client certificates.</summary>
public sealed class TlsServer : IAsyncLifetime
{
    public TestCertificates Certificates { get; } = TestCertificates.Create();

    public ZooKeeperServer Server { get; private set; } = null!;

    public ZooKeeperTlsOptions Tls => ZooKeeperTlsOptions.FromPemFiles(Certificates.AuthorityFile, Certificates.ClientFile, Certificates.ClientKeyFile);

    public async ValueTask InitializeAsync() => Server = await ZooKeeperServer.StartAsync(new ZooKeeperServerOptions { Tls = Certificates });

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Certificates.Dispose();
    }

    public ZooKeeperOptions Secure(string host = "localhost") =>
        ZooKeeperOptions.For($"{host}:{Server.SecurePort}") with { Tls = Tls, SessionTimeout = TimeSpan.FromSeconds(60), OperationTimeout = Poll.Limit };

    public ZooKeeperOptions Plain() => ZooKeeperOptions.For(Server.ConnectionString) with { SessionTimeout = TimeSpan.FromSeconds(60), OperationTimeout = Poll.Limit };
}
