// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Security;

/// <summary>TLS with a real server's <c>secureClientPort</c>.</summary>
public sealed class TlsTests(TlsServer own) : IClassFixture<TlsServer>
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task A_client_with_a_certificate_of_the_authority_is_served(string host)
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(own.Secure(host));
        string path = $"/{Guid.NewGuid():N}";
        byte[] large = new byte[200_000];
        new Random(1).NextBytes(large);
        await client.CreateAsync(path, large, CreateMode.Ephemeral);
        Assert.Equal(large, (await client.GetDataAsync(path)).Data);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.ExistsAsync(path)));
    }

    [Fact]
    public async Task A_session_over_TLS_survives_cuts_like_any_other()
    {
        await using var proxy = new BreakingProxy(own.Server.SecurePort!.Value);
        await using ZooKeeperClient client = ZooKeeperClient.Start(own.Secure() with { Servers = ConnectionString.Parse($"localhost:{proxy.Port}") });
        SessionStatus first = await client.WaitUntilConnectedAsync();
        using var watch = new NodeWatch();
        string path = $"/{Guid.NewGuid():N}";
        await client.ExistsAsync(path, watch);
        proxy.CutAll();
        await client.Feed(s => s.Connections == 2);
        await client.CreateAsync(path);
        Assert.Equal(WatchEventType.NodeCreated, (await watch.Fired.Soon()).Type);
        Assert.Equal(first.SessionId, client.Status.SessionId);
    }

    [Fact]
    public async Task The_certificate_proves_an_identity_for_ACLs()
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(own.Secure());
        await using ZooKeeperClient other = ZooKeeperClient.Start(own.Plain());
        string path = $"/{Guid.NewGuid():N}";
        await client.CreateAsync(path, "secret"u8.ToArray(), acl: [new Acl(Permissions.All, "x509", "CN=heron")]);
        Assert.Equal("secret"u8.ToArray(), (await client.GetDataAsync(path)).Data);
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => other.GetDataAsync(path));
        Assert.Equal(ErrorCode.NoAuth, e.Code);
    }

    [Fact]
    public async Task A_server_of_an_unknown_authority_is_refused()
    {
        using TestCertificates strangers = TestCertificates.Create();
        ZooKeeperTlsOptions tls = own.Tls with { CertificateAuthorities = [strangers.Authority] };
        await RefusedAsync(own.Secure() with { Tls = tls }, "certificate");
    }

    [Fact]
    public async Task A_name_that_the_certificate_does_not_carry_is_refused_unless_that_is_wanted()
    {
        ZooKeeperOptions elsewhere = own.Secure("zookeeper.example") with { Resolve = (_, _) => Task.FromResult(new[] { System.Net.IPAddress.Loopback }) };
        await RefusedAsync(elsewhere, "certificate");
        await using ZooKeeperClient client = ZooKeeperClient.Start(elsewhere with { Tls = own.Tls with { CheckHostName = false } });
        await client.WaitUntilConnectedAsync();
    }

    [Fact]
    public async Task Forgiving_the_name_does_not_forgive_an_unknown_authority()
    {
        using TestCertificates strangers = TestCertificates.Create();
        await RefusedAsync(own.Secure() with { Tls = own.Tls with { CertificateAuthorities = [strangers.Authority], CheckHostName = false } }, "certificate");
    }

    [Fact]
    public Task A_client_without_a_certificate_is_not_served() =>
        RefusedAsync(own.Secure() with { Tls = own.Tls with { ClientCertificate = null } }, "127.0.0.1");

    [Fact]
    public async Task A_client_with_a_strangers_certificate_is_not_served()
    {
        using X509Certificate2 stranger = TestCertificates.Stranger();
        await RefusedAsync(own.Secure() with { Tls = own.Tls with { ClientCertificate = stranger } }, "127.0.0.1");
    }

    [Fact]
    public Task TLS_to_the_plain_port_says_what_is_wrong() =>
        RefusedAsync(own.Plain() with { Tls = own.Tls }, "secureClientPort");

    [Fact]
    public Task Plain_text_to_the_secure_port_says_what_is_wrong() =>
        RefusedAsync(own.Secure("127.0.0.1") with { Tls = null }, "TLS");

    private static async Task RefusedAsync(ZooKeeperOptions options, string word)
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(options);
        await client.FailsSaying(word);
        Assert.Equal(SessionState.Connecting, client.Status.State);
    }
}
