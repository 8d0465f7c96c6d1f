// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests.Faults;

/// <summary>TLS with client certificates, digest authentication and access lists, set up as an operator does.</summary>
public sealed class SecureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_alone_give_TLS_digest_and_access()
    {
        using var certificates = TestCertificates.Create();
        await using var server = await ZooKeeperServer.StartAsync(new ZooKeeperServerOptions { Tls = certificates });
        string password = Path.Join(certificates.Folder, "zookeeper.password");
        await File.WriteAllTextAsync(password, "heron:secret\n", Token);
        string digest = Acl.Digest(Permissions.All, "heron", "secret").Id;
        var settings = new Dictionary<string, object?>
        {
            ["heron.statemgr.connection.string"] = server.ConnectionString,
            ["heron.statemgr.root.path"] = "/heron",
            ["heron.statemgr.zookeeper.connection.timeout.ms"] = 60_000,
            ["heron.statemgr.zookeeper.ssl.enabled"] = true,
            ["heron.statemgr.zookeeper.ssl.connection.string"] = $"localhost:{server.SecurePort}",
            ["heron.statemgr.zookeeper.ssl.ca.file"] = certificates.AuthorityFile,
            ["heron.statemgr.zookeeper.ssl.certificate.file"] = certificates.ClientFile,
            ["heron.statemgr.zookeeper.ssl.key.file"] = certificates.ClientKeyFile,
            ["heron.statemgr.zookeeper.auth.digest.file"] = password,
            ["heron.statemgr.zookeeper.acl"] = $"world:anyone:r,digest:{digest}:crwda",
        };
        await using var manager = await OpenAsync(settings);

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);

        await using var stranger = ZooKeeperClient.Start(ZooKeeperOptions.For(server.ConnectionString));
        var acl = (await stranger.GetAclAsync("/heron/topologies/a")).Entries;
        // The server shows the hash to nobody but administrators of the node.
        Assert.Equal([new Acl(Permissions.Read, "world", "anyone"), new Acl(Permissions.All, "digest", "heron:x")], acl);
        var refused = await Assert.ThrowsAsync<ZooKeeperServerException>(() => stranger.DeleteAsync("/heron/topologies/a"));
        Assert.Equal(ErrorCode.NoAuth, refused.Code);
        Assert.True(await manager.UnregisterTopologyAsync("a", "a-id", Token));

        // The same without the password: told, with the settings to look at.
        settings.Remove("heron.statemgr.zookeeper.auth.digest.file");
        await using var nobody = await OpenAsync(settings);
        var error = await Assert.ThrowsAnyAsync<HeronException>(
            () => nobody.RegisterTopologyAsync(Samples.Registration("a"), Token));
        Assert.Equal(FaultKind.Unavailable, error.Kind);
        Assert.Contains("heron.statemgr.zookeeper.auth.digest.file", error.Message);
    }

    [Fact]
    public async Task Plain_text_to_a_TLS_port_fails_in_time_and_is_told()
    {
        using var certificates = TestCertificates.Create();
        await using var server = await ZooKeeperServer.StartAsync(new ZooKeeperServerOptions { Tls = certificates });
        await using var manager = await OpenAsync(new Dictionary<string, object?>
        {
            ["heron.statemgr.connection.string"] = $"localhost:{server.SecurePort}",
            ["heron.statemgr.root.path"] = "/heron",
            ["heron.statemgr.zookeeper.connection.timeout.ms"] = 1500,
        });

        var error = await Assert.ThrowsAnyAsync<HeronException>(() => manager.ListTopologiesAsync(Token));

        Assert.Equal(FaultKind.Unavailable, error.Kind);
    }

    private static Task<ZooKeeperStateManager> OpenAsync(Dictionary<string, object?> settings) => ZooKeeperStore.OpenAsync(
        ZooKeeperStateOptions.Read(new HeronConfig(settings), new Findings())!);
}
